import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CollectorHarness } from '@wardround/collector/testing'
import { AT_ONCE, CALM, HIGH } from '../../support/alert-site.ts'
import { LevelAgent } from '../../support/level-agent.ts'
import { pass, until } from '../../support/until.ts'
import { startWebhookReceiver, type WebhookReceiver } from '../../support/webhook-receiver.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

const HOUR_MS = 3_600_000
const FOR_MS = 4_000
const SILENCE_MS = 8_000
const REPORT_EVERY_MS = 250
/** A busy machine may be late by so much; a wrong clock would be off by an hour, or at once. */
const LATE_MS = 20_000
const NOTICE_DEADLINE_MS = 60_000
const EARLY_MS = 500
const TRIALS_AT_ONCE = 2

const RULES = `rules:
  - id: full
    name: { zh: 满, en: Full }
    value: disk.used_percent
    critical: { atLeast: 90, for: ${FOR_MS}ms, clear: { below: 80, for: ${FOR_MS}ms } }
    summary: { zh: 满, en: full }
  - id: silent
    name: { zh: 失联, en: Silent }
    noData: agent
    critical: { for: ${SILENCE_MS}ms, clear: { heartbeats: 2 } }
    summary: { zh: 失联, en: silent }
`

/** The collector's own clock is set an hour ahead and back while alerts are calm, pending, firing and resolving. */
export const row: FaultRow = {
  id: 'A11',
  title: 'the clock of the collector is set an hour ahead, and an hour back, under live alerts',
  shortTrials: 2,
  fullTrials: 40,
  async run({ trials, log }) {
    const violations: string[] = []
    await sideBySide(trials, TRIALS_AT_ONCE, async (trial) => {
      const stepMs = trial % 2 === 1 ? HOUR_MS : -HOUR_MS
      const found = await runTrial(stepMs)
      violations.push(...found.map((text) => `trial ${trial}, ${stepMs / HOUR_MS} h: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    })
    return resultOf(trials, violations)
  },
}

async function runTrial(stepMs: number): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'wr-'))
  const clock = { offsetMs: 0 }
  const receiver = await startWebhookReceiver()
  const hosts: LevelAgent[] = []
  const levels = new Map<LevelAgent, number>()
  const reporting = setInterval(() => {
    for (const [host, level] of levels) host.report({ '/': level })
  }, REPORT_EVERY_MS)
  try {
    await mkdir(join(directory, 'rules'))
    await writeFile(join(directory, 'rules', 'row.yaml'), RULES)
    const channels = [{ name: 'test', type: 'webhook', url: receiver.url }]
    await using collector = await CollectorHarness.start({
      directory: join(directory, 'state'),
      nowMs: () => Date.now() + clock.offsetMs,
      yaml: `rules: {directory: ${join(directory, 'rules')}, pack: none}
notify: ${JSON.stringify({ channels, ...AT_ONCE })}`,
    })
    const add = async (name: string, level: number) => {
      const token = await collector.createToken('agent', name)
      const host = new LevelAgent(name, `http://${collector.collector.address}`, token)
      hosts.push(host)
      levels.set(host, level)
      await until(`${name} is connected`, () => host.isConnected, NOTICE_DEADLINE_MS)
      return host
    }
    await add('calm', CALM)
    await add('firing', HIGH)
    const resolving = await add('resolving', HIGH)
    await untilTold(receiver, 'firing', 1)
    await untilTold(receiver, 'resolving', 1)
    const pending = await add('pending', HIGH)
    levels.set(resolving, CALM)
    const startedMs = performance.now()
    await pass(FOR_MS / 4)
    clock.offsetMs = stepMs
    const pendingMs = await sinceTold(receiver, 'pending', 1, startedMs)
    const resolvedMs = await sinceTold(receiver, 'resolving', 2, startedMs)
    clock.offsetMs = 0
    levels.set(pending, CALM)
    await untilTold(receiver, 'pending', 2)
    await pass(SILENCE_MS + 2_000)
    return [
      ...wrongTime('pending fired', pendingMs),
      ...wrongTime('resolving ended', resolvedMs),
      ...wrongNotices(receiver),
    ]
  } finally {
    clearInterval(reporting)
    for (const host of hosts) await host[Symbol.asyncDispose]()
    await receiver[Symbol.asyncDispose]()
    await rm(directory, { recursive: true, force: true })
  }
}

function toldOf({ deliveries }: WebhookReceiver, host: string): string[] {
  return deliveries.flatMap(({ body }) =>
    body.alerts
      .filter(({ labels }) => labels['host'] === host)
      .map(({ labels, status }) => `${labels['alertname']} ${status}`),
  )
}

async function untilTold(receiver: WebhookReceiver, host: string, count: number): Promise<void> {
  const isTold = () => toldOf(receiver, host).length >= count
  await until(`${count} notices of ${host}`, isTold, NOTICE_DEADLINE_MS)
}

/** Infinity: it never was. */
async function sinceTold(
  receiver: WebhookReceiver,
  host: string,
  count: number,
  startedMs: number,
): Promise<number> {
  try {
    await untilTold(receiver, host, count)
    return performance.now() - startedMs
  } catch {
    return Infinity // said as a violation
  }
}

function wrongTime(what: string, afterMs: number): string[] {
  const isRight = afterMs >= FOR_MS - EARLY_MS && afterMs <= FOR_MS + LATE_MS
  return isRight ? [] : [`${what} after ${Math.round(afterMs)} ms, not ${FOR_MS}`]
}

function wrongNotices(receiver: WebhookReceiver): string[] {
  const expected: Readonly<Record<string, string>> = {
    calm: '',
    firing: 'full firing',
    resolving: 'full firing,full resolved',
    pending: 'full firing,full resolved',
  }
  return Object.entries(expected).flatMap(([host, notices]) => {
    const found = toldOf(receiver, host).join()
    return found === notices ? [] : [`${host}: told ${found || 'nothing'}, not ${notices}`]
  })
}
