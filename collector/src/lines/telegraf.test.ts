import type { AlertRow } from '@wardround/protocol'
import type { QueryResult } from '@wardround/query'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'smol-toml'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { readCatalogue } from '../configuration/read-catalogue.ts'
import { readRules } from '../configuration/read-rules.ts'
import { rulesOf } from '../rules/compiled-rule.ts'
import { isOnPath } from '../store/testing/peers/peer-program.ts'
import { CollectorHarness } from '../testing/collector-harness.ts'
import { TELEGRAF_PLUGINS } from './testing/telegraf-plugins.ts'

const DEPLOY = fileURLToPath(new URL('../../../deploy/telegraf', import.meta.url))
const FIXTURES = fileURLToPath(new URL('fixtures', import.meta.url))
const HOST = 'WIN-APP1'
const RULES = `rules: {metrics: ${DEPLOY}/metrics.d, directory: ${DEPLOY}/rules.d}`

/** What a Telegraf sends in one interval. */
const batchAt = (timeMs: number, system = 'windows') =>
  readFileSync(join(FIXTURES, `telegraf-${system}.lines`), 'utf8').replaceAll(
    / T$/gm,
    ` ${timeMs}000000`,
  )

async function write(harness: CollectorHarness, token: string, body: string): Promise<string> {
  const response = await fetch(harness.url('/api/v2/write?org=o&bucket=b'), {
    method: 'POST',
    body,
    headers: { authorization: `Token ${token}` },
  })
  return `${response.status} ${await response.text()}`
}

async function seriesOf(harness: CollectorHarness, measurement: string, field: string) {
  const query = new URLSearchParams({ measurement, field, aggregate: 'raw' })
  return (await harness.get<QueryResult>(`/api/v1/query?${query.toString()}`)).series
}

describe.each(['windows.conf', 'linux-old.conf'])('deploy/telegraf/%s', (file) => {
  const text = readFileSync(join(DEPLOY, file), 'utf8')
  const config = parse(text)

  /** Every table with its plugin's name. */
  function tables(): [string, Record<string, unknown>][] {
    return Object.entries(config).flatMap(([section, value]) =>
      section === 'agent'
        ? [['agent', Object(value)] as [string, Record<string, unknown>]]
        : Object.entries(Object(value)).flatMap(([name, its]) =>
            (Array.isArray(its) ? its : [its]).map((table): [string, Record<string, unknown>] => [
              `${section}.${name}`,
              table,
            ]),
          ),
    )
  }

  test('names plugins and settings that Telegraf has', () => {
    for (const [plugin, settings] of tables()) {
      expect(Object.keys(TELEGRAF_PLUGINS)).toContain(plugin)
      for (const setting of Object.keys(settings))
        expect([plugin, TELEGRAF_PLUGINS[plugin]]).toEqual([
          plugin,
          expect.arrayContaining([setting]),
        ])
    }
  })

  test('measures what the rules read, sends packed, and keeps its token elsewhere', () => {
    const names = tables().map(([name]) => name)
    for (const name of ['cpu', 'mem', 'swap', 'disk', 'diskio', 'net', 'system'])
      expect(names).toContain(`inputs.${name}`)
    const [, output] = tables().find(([name]) => name.startsWith('outputs.')) ?? []
    expect(output).toMatchObject({ content_encoding: 'gzip' })
    expect(output?.['token'] ?? output?.['password']).toBe('${WARDROUND_TOKEN}')
    expect(text).not.toMatch(/wrw_[A-Za-z0-9]/)
  })
})

test('the rules and metrics beside them are good', async () => {
  const catalogue = await readCatalogue(join(DEPLOY, 'metrics.d'))
  const rules = await readRules({ pack: 'none', directory: join(DEPLOY, 'rules.d') }, catalogue)
  expect(
    rulesOf(rules)
      .map(({ id }) => id)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ).toEqual(['telegraf_certificate_expires', 'windows_critical_event', 'windows_service_stopped'])
})

test('a batch of a Windows host: its numbers are samples, its records events, its full disk an alert', async () => {
  await using harness = await CollectorHarness.start({ yaml: RULES })
  const token = await harness.createWriteToken({ hosts: ['WIN-*'] })
  const timeMs = Math.floor(Date.now() / 1000) * 1000
  for (let twice = 0; twice < 2; twice++)
    expect(await write(harness, token, batchAt(timeMs))).toBe('204 ')
  const ask = (measurement: string, field: string) => seriesOf(harness, measurement, field)
  expect((await ask('net', 'bytes_recv'))[0]).toMatchObject({
    tags: { host: HOST, interface: '以太网', project: 'his' },
    points: [[timeMs, 3284081640]],
  })
  expect((await ask('disk', 'used_percent'))[0]?.tags['path']).toBe('\\C:')
  expect((await ask('win_services', 'state')).map(({ points }) => points[0]?.[1])).toEqual(
    expect.arrayContaining([1, 4, 1]),
  )
  expect(await ask('win_eventlog', 'EventRecordID')).toEqual([])

  const events = () =>
    harness.get<{ events: object[] }>(`/api/v1/events?host=${HOST}&kind=windows_event`)
  await expect
    .poll(async () => (await events()).events)
    .toEqual([
      expect.objectContaining({
        kind: 'windows_event',
        body: {
          channel: 'System',
          source: 'Service Control Manager',
          id: '7031',
          level: '错误',
          severity: 'error',
          text: 'Print Spooler 服务意外终止，这种情况已经出现了 1 次。路径 "C:\\Windows\\spoolsv.exe"',
          computer: HOST,
          process: 'services.exe',
          data: { param1: 'Print Spooler', param2: '1' },
        },
      }),
    ])
  const alerts = async () => (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
  await expect
    .poll(async () => (await alerts()).map(({ rule }) => rule))
    .toContain('filesystem_used')
})

test('a recorded batch of a Linux host is stored whole, whatever the order of its fields', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken()
  const timeMs = Math.floor(Date.now() / 1000) * 1000 - 20_000
  expect(await write(harness, token, batchAt(timeMs, 'linux'))).toBe('204 ')
  const numbers = batchAt(timeMs, 'linux').match(/[ ,][^ ,=]+=-?\d[^ ,]*(?=[ ,])/g)
  const text = await (await fetch(harness.url('/metrics'))).text()
  expect(text).toContain(`agent_samples_stored_total{host="db6"} ${numbers?.length}\n`)
  expect((await seriesOf(harness, 'cpu', 'usage_active'))[0]).toMatchObject({
    tags: { cpu: 'cpu-total', host: 'db6' },
    points: [[timeMs, 100]],
  })
})

describe('a real Telegraf', () => {
  beforeEach(({ skip }) => skip(!isOnPath('telegraf'), 'not on this machine: telegraf'))
  test('writes what linux-old.conf says', { timeout: 60_000 }, async () => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken({ hosts: ['db6'] })
    const directory = await mkdtemp(join(tmpdir(), 'wardround-telegraf-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    const config = readFileSync(join(DEPLOY, 'linux-old.conf'), 'utf8')
      .replace('http://collector.example:8470', harness.url(''))
      .replace('hostname = ""', 'hostname = "db6"')
    await writeFile(join(directory, 'telegraf.conf'), config)
    await promisify(execFile)(
      'telegraf',
      ['--config', join(directory, 'telegraf.conf'), '--once'],
      { env: { PATH: process.env['PATH'], WARDROUND_TOKEN: token } },
    )
    for (const [measurement, field] of [
      ['mem', 'total'],
      ['system', 'load1'],
      ['disk', 'used_percent'],
      ['processes', 'total'],
    ] as const)
      expect((await seriesOf(harness, measurement, field)).length).toBeGreaterThan(0)
  })
})

test('an automatic service that stands still is told, one that is started by hand is not', async () => {
  let aheadMs = 0
  const clocks = {
    nowMs: () => Date.now() + aheadMs,
    monotonicMs: () => performance.now() + aheadMs,
  }
  await using harness = await CollectorHarness.start({ yaml: RULES, ...clocks })
  const token = await harness.createWriteToken({ hosts: ['WIN-*'] })
  for (; aheadMs <= 420_000; aheadMs += 60_000)
    expect(await write(harness, token, batchAt(clocks.nowMs()))).toBe('204 ')
  const firing = async () =>
    (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
      .filter(({ rule, state }) => rule === 'windows_service_stopped' && state === 'firing')
      .map(({ labels }) => labels['service_name'])
  await expect.poll(firing).toEqual(['Spooler'])
})
