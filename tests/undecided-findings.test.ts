import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startWebhookServer } from '../collector/src/notify/testing/webhook-server.ts'
import { ChildProgram } from './support/child-program.ts'
import { until } from './support/until.ts'

// What is missing is told ten minutes after a start at the earliest. A collector that is killed meanwhile knows no longer what it missed: until it can judge
// that again, the alert neither ends nor is it told once more. The collector is a process of its own, whose clock runs 120 times as fast.

const TIMEOUT = 240_000
const MAIN = new URL('./support/hasty-collector-main.ts', import.meta.url).pathname

const PROJECT = `project: clinic
name: {zh: 门诊系统, en: Clinic}
contract: {document: '004', year: 2026, from: 2000-01-01, to: 2199-12-31}
places: [{id: room, name: 机房, zone: city}]
calendars:
  always: {kind: {value: 7x24, clause: S02}}
hosts: [{name: db-1, role: db}]
`

interface Alerts {
  readonly alerts: readonly {
    readonly rule: string
    readonly host: string
    readonly startsAt: string
  }[]
}

// where the collector's clock begins, whatever day it is: its calendar has that year's holidays
const OWN_START = '2026-06-01T00:00:00Z'
const wallStart = new Date().toISOString()

async function start(directory: string): Promise<{ program: ChildProgram; url: string }> {
  const file = join(directory, 'collector.json')
  const program = new ChildProgram(MAIN, [file, wallStart, OWN_START])
  const line = await program.line((text) => text.startsWith('listening '), 120_000)
  return { program, url: `http://${line.slice('listening '.length)}` }
}

const isOfIt = ({ body }: { readonly body: string }) => body.includes('expected_host_missing')

const missingOf = async (url: string) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a wrong shape fails the test
  const { alerts } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as Alerts
  return alerts.filter(({ rule }) => rule === 'expected_host_missing')
}

test(
  'a finding outlives a kill untold and unended until it can be judged',
  { timeout: TIMEOUT },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'wr-undecided-'))
    onTestFinished(() => rm(directory, { recursive: true, force: true }))
    await using receiver = await startWebhookServer()
    await mkdir(join(directory, 'projects.d'))
    await writeFile(join(directory, 'projects.d', 'clinic.yaml'), PROJECT)
    const channels = [{ name: 'duty', type: 'webhook', url: receiver.url }]
    const config = {
      state: join(directory, 'state'),
      listen: '127.0.0.1:0',
      projects: { directory: join(directory, 'projects.d') },
      notify: { channels, digestAfter: '2m' },
    }
    await writeFile(join(directory, 'collector.json'), JSON.stringify(config))

    const first = await start(directory)
    onTestFinished(() => first.program.kill())
    await until(
      'the host is missed',
      async () => (await missingOf(first.url)).length > 0,
      90_000,
      200,
    )
    await until('it is told', async () => receiver.hits.some(isOfIt), 90_000, 100)
    const told = receiver.hits.length
    const [before] = await missingOf(first.url)
    await first.program.kill()

    const again = await start(directory)
    onTestFinished(() => again.program.kill())
    const startedAtMs = performance.now()
    // the first look comes at once, the second, which can judge, after ten seconds
    while (performance.now() - startedAtMs < 25_000) {
      expect(await missingOf(again.url)).toEqual([before])
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    expect(receiver.hits).toHaveLength(told)
  },
)
