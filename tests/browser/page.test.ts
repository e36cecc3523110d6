import { existsSync } from 'node:fs'
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { spawn, type ChildProcess } from 'node:child_process'
import { totalmem, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ChildProgram } from '../support/child-program.ts'
import { CollectorProcess } from '../support/collector-process.ts'
import { until } from '../support/until.ts'

const CHROMIUM = '/usr/bin/chromium'
const AGENT = new URL('../../agent/src/main.ts', import.meta.url).pathname
const HOST = 'page-test'
/** In which what is awaited appears, however busy the machine is. */
const APPEARS_MS = 90_000

/** A rule that the test can fire and clear: the agent watches for a program that the test starts and ends. */
const RULES = `
rules:
  - id: watched_program_missing
    name: {zh: 受监控程序未运行, en: Watched program is not running}
    value: procstat_lookup.running
    critical: {below: 1, for: 0s, clear: {atLeast: 1, for: 0s}}
    summary: {zh: '{{host}} 上没有受监控的程序', en: 'no watched program on {{host}}'}
`

/** A contracted system with one yearly count. */
const PROJECT = `
project: page-system
name: {zh: 页面测试系统, en: System of the page's test}
contract: {document: '000', year: 2026, from: 2026-01-01, to: 2099-12-31}
calendars: {always: {kind: {value: 7x24, platform: true, note: a test}}}
counts:
  - kind: inspection
    name: {zh: 设备巡检, en: inspections}
    atLeast: {value: 52, clause: R01}
`

/** Of Chromium's own network services none is wanted; as root it needs --no-sandbox. */
const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let directory: string
let collector: CollectorProcess
let agent: ChildProgram
let browser: Browser
let page: Page
const complaints: string[] = []
const requested: string[] = []

const canRun = existsSync(CHROMIUM)

beforeAll(async () => {
  if (!canRun) return
  directory = await mkdtemp(join(tmpdir(), 'wardround-page-'))
  await mkdir(join(directory, 'rules.d'))
  await writeFile(join(directory, 'rules.d', 'page.yaml'), RULES)
  await mkdir(join(directory, 'projects.d'))
  await writeFile(join(directory, 'projects.d', 'page.yaml'), PROJECT)
  collector = await CollectorProcess.start(directory, {
    rules: { directory: join(directory, 'rules.d') },
    projects: { directory: join(directory, 'projects.d') },
    hosts: [{ name: HOST, displayName: '测试主机' }],
  })
  await writeFile(join(directory, 'token'), await collector.createToken(HOST), { mode: 0o600 })
  await writeFile(join(directory, 'agent.yaml'), agentYaml())
  agent = new ChildProgram(AGENT, ['run', '--config', join(directory, 'agent.yaml')])
  browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_FLAGS })
  page = await browser.newPage({ locale: 'zh-CN' })
  page.setDefaultTimeout(APPEARS_MS)
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('request', (request) => requested.push(request.url()))
})

afterAll(async () => {
  if (!canRun) return
  await browser.close()
  await agent[Symbol.asyncDispose]()
  await collector[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

function agentYaml(): string {
  const fast = ['cpu', 'mem', 'disk', 'system', 'processes', 'net', 'diskio'].map(
    (probe) => `  host.${probe}: {every: 1s}`,
  )
  return [
    `collector: {url: ws://127.0.0.1:${collector.port}/agent/v1, token: {file: ${join(directory, 'token')}}}`,
    `state: ${join(directory, 'agent')}`,
    'probes:',
    ...fast,
    '  host.procstat:',
    '    every: 1s',
    `    services: [{name: watched, pattern: 'wardround-page-watched-program'}]`,
    '',
  ].join('\n')
}

/** A program of our own that the rule looks for. */
function startWatched(): ChildProcess {
  return spawn(
    process.execPath,
    ['-e', 'setInterval(() => {}, 1000)', 'wardround-page-watched-program'],
    { stdio: 'ignore' },
  )
}

beforeEach(({ skip }) => skip(!canRun, `${CHROMIUM} is not installed`))

async function percentOf(name: string): Promise<number> {
  const shown = await page.locator(`tr[data-host="${HOST}"] [data-value="${name}"]`).textContent()
  return Number.parseFloat(shown ?? '')
}

test('the list shows this machine, its display name and its real memory and disk', async () => {
  await page.goto(`${collector.url}/`)
  await page.getByText('测试主机').waitFor()
  await until('memory is shown', async () => Number.isFinite(await percentOf('memory')), APPEARS_MS)
  const answer = await collector.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/query?measurement=mem&field=total&where=host%3D${HOST}&aggregate=last&step=1m&from=-5m&to=now`,
  )
  expect(answer.series[0]?.points.at(-1)?.[1]).toBe(totalmem())
  expect(await percentOf('memory')).toBeGreaterThan(0)
  expect(await percentOf('disk')).toBeGreaterThan(0)
})

test('the list follows what arrives', async () => {
  const seen = page.locator(`tr[data-host="${HOST}"] .time`)
  const before = await seen.textContent()
  await until('last seen moves on', async () => (await seen.textContent()) !== before, APPEARS_MS)
})

test('an alert appears when its condition holds and goes when it is over', async () => {
  const alert = page.locator('[data-alert="watched_program_missing"]')
  await alert.waitFor()
  expect(await alert.textContent()).toContain('受监控程序未运行')
  expect(await alert.getByRole('link').textContent()).toBe('测试主机')
  const watched = startWatched()
  try {
    await alert.waitFor({ state: 'detached' })
  } finally {
    watched.kill()
  }
})

test('who is on duty claims it, gives it back, silences it, and sees why nobody is told', async () => {
  await page.goto(`${collector.url}/#/duty`)
  const part = (name: string) => page.locator(`[data-part="duty.${name}"]`)
  const alert = '[data-alert="watched_program_missing"]'
  await part('unclaimed').locator(alert).waitFor()
  await page.locator('input[name="person"]').fill('值班员')
  await page.locator('input[name="person"]').blur()
  await part('unclaimed').locator(alert).getByRole('button', { name: '认领' }).click()
  await part('claimed').locator(alert).getByText('值班员').waitFor()
  const { alerts } = await collector.get<{ alerts: { rule: string; claimedBy: string | null }[] }>(
    '/api/v1/alerts',
  )
  expect(alerts.find(({ rule }) => rule === 'watched_program_missing')?.claimedBy).toBe('值班员')
  await page.locator('input[name="person"]').fill('接班员')
  await page.locator('input[name="person"]').blur()
  const asked = page.waitForEvent('dialog').then(async (dialog) => {
    await dialog.accept()
    return dialog.message()
  })
  await part('claimed').locator(alert).getByRole('button', { name: '接手' }).click()
  expect(await asked).toBe('已由 值班员 认领，确认接手？')
  await part('claimed').locator(alert).getByText('接手前：值班员').waitFor()
  await part('claimed').locator(alert).getByRole('button', { name: '取消认领' }).click()
  await part('unclaimed').locator(alert).waitFor()

  const form = page.locator('.silence-form')
  await form.locator('input[name="host"]').fill('no-such-host')
  await form.locator('input[name="rule"]').fill('watched_program_missing')
  await form.locator('input[name="comment"]').fill('写错的静默')
  await form.getByRole('button', { name: '新建静默' }).click()
  await form.getByText('没有名为“no-such-host”的主机或设备').waitFor()
  await page.locator('.silence').getByRole('button', { name: '结束' }).click()
  await form.locator('input[name="rule"]').fill('')
  await form.locator('input[name="host"]').fill(HOST)
  await form.locator('input[name="comment"]').fill('测试静默')
  await form.getByRole('button', { name: '新建静默' }).click()
  await page.locator('.silence').getByText('测试静默').waitFor()
  const held = part('held').locator(alert)
  await held.getByText('已静默').waitFor()
  await held.getByRole('button', { name: '通知记录' }).click()
  await held.locator('.decisions li').first().waitFor()
  await page.locator('.silence').getByRole('button', { name: '结束' }).click()
  await part('unclaimed').locator(alert).waitFor()
})

test('a contracted system has a page, and what was done is recorded there', async () => {
  await page.goto(`${collector.url}/#/projects`)
  await page.locator('[data-project="page-system"]').getByRole('link').click()
  const count = page.locator('[data-count="inspection"]')
  await count.getByText('0 / 52').waitFor()
  await count.locator('input').fill('第一次巡检')
  await count.getByRole('button', { name: '登记' }).click()
  await count.getByText('1 / 52').waitFor()
  await page.getByRole('cell', { name: '第一次巡检' }).waitFor()
})

test("a host's page draws charts, file systems and busy processes of this machine", async () => {
  await page.goto(`${collector.url}/#/host/${HOST}`)
  await page.locator('[data-chart="chart.cpu"] canvas').waitFor()
  await page.locator('[data-chart="chart.memory"] canvas').waitFor()
  await page.locator('[data-path="/"]').waitFor()
  expect(await page.locator('.chart canvas').count()).toBeGreaterThan(5)
})

test('every measurement of the host can be opened, with its words and its newest values', async () => {
  const card = page.locator('[data-measurement="mem"]')
  await card.locator('summary').click()
  await card.locator('th').first().waitFor()
  await until(
    'the total memory is shown',
    async () => (await card.locator('td').allTextContents()).includes(gibibytes(totalmem())),
    APPEARS_MS,
  )
})

/** As the page writes it: 23.4 GiB. */
function gibibytes(bytes: number): string {
  const value = bytes / 1024 ** 3
  return `${value.toFixed(value >= 100 ? 0 : 1)} GiB`
}

test('the language is changed in place and remembered', async () => {
  await page.goto(`${collector.url}/#/`)
  await page.getByRole('button', { name: 'English' }).click()
  await page.getByRole('heading', { name: 'Hosts' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Hosts' }).waitFor()
  expect(await page.title()).toBe('Wardround monitoring and inspection')
})

test('nothing was complained of on the console, and no request left the origin', () => {
  expect(complaints).toEqual([])
  expect(requested.length).toBeGreaterThan(10)
  expect(requested.filter((url) => !url.startsWith(collector.url))).toEqual([])
})
