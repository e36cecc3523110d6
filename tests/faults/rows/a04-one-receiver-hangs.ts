import { AlertSite, AT_ONCE, CALM, HIGH } from '../../support/alert-site.ts'
import { FaultyReceiver, type Attempt } from '../../support/faulty-receiver.ts'
import { pass, until } from '../../support/until.ts'
import type { FaultRow } from '../fault-row.ts'

const WELL = 4
const HOSTS = 4
/** Alerts of each host, one after the other. */
const SHORT_ALERTS = 5
const FULL_ALERTS = 50
const BETWEEN_MS = 100
const FULL_BOUND_MS = 5_000
/** The short form runs beside other tests: it asks only that they wait for no time-out of the other. */
const SHORT_BOUND_MS = 60_000
const HANGING_TIMEOUT = '10m'
const DEADLINE_MS = 180_000

/** One of five receivers takes what it is sent and never answers. */
export const row: FaultRow = {
  id: 'A4',
  title: 'one of five receivers hangs: the other four hear of everything, and in time',
  shortTrials: 1,
  fullTrials: 10,
  async run({ trials, log }) {
    const isFull = trials > 1
    const violations: string[] = []
    const delays: number[] = []
    const sum = { expected: 0, lost: 0, duplicated: 0 }
    for (let trial = 1; trial <= trials; trial++) {
      const found = await runTrial(isFull ? FULL_ALERTS : SHORT_ALERTS)
      delays.push(...found.delays)
      violations.push(...found.violations.map((text) => `trial ${trial}: ${text}`))
      sum.expected += found.expected
      sum.lost += found.lost
      sum.duplicated += found.duplicated
      log(`trial ${trial}: ${found.delays.length} notices, ${found.lost} lost`)
    }
    const p99Ms = delays.toSorted((a, b) => a - b)[Math.floor(delays.length * 0.99)] ?? Infinity
    const boundMs = isFull ? FULL_BOUND_MS : SHORT_BOUND_MS
    if (p99Ms > boundMs) violations.push(`p99 is ${p99Ms} ms, more than ${boundMs}`)
    return { trials, ...sum, violations, measured: { 'p99 ms': p99Ms } }
  },
}

async function runTrial(alertsOfHost: number) {
  await using receivers = new AsyncDisposableStack()
  const well: FaultyReceiver[] = []
  for (let at = 0; at < WELL; at++) well.push(receivers.use(await FaultyReceiver.start()))
  const hanging = receivers.use(await FaultyReceiver.start())
  await hanging.setFault('hang')
  const channels = [
    { name: 'hanging', type: 'webhook', url: hanging.url, timeout: HANGING_TIMEOUT },
    ...well.map(({ url }, at) => ({ name: `well${at + 1}`, type: 'webhook', url })),
  ]
  await using site = await AlertSite.open(
    { forSeconds: 0, clearSeconds: 1 },
    { notify: { channels, ...AT_ONCE } },
  )
  const beganAtMs = await raiseAlerts(site, alertsOfHost)
  const isTold = () => well.every(({ taken }) => namesOf(taken).length >= beganAtMs.size)
  await until('the others heard of everything', isTold, DEADLINE_MS, 50).catch(() => undefined) // counted as lost
  await pass(500)
  const told = well.map(({ taken }) => namesOf(taken))
  return {
    expected: WELL * beganAtMs.size,
    lost: sumOf(told, (names) => beganAtMs.size - new Set(names).size),
    duplicated: sumOf(told, (names) => names.length - new Set(names).size),
    delays: well.flatMap(({ taken }) =>
      taken.flatMap((attempt) =>
        namesOf([attempt]).map((name) => attempt.atMs - (beganAtMs.get(name) ?? 0)),
      ),
    ),
    violations:
      hanging.attempts.length === 0 || hanging.taken.length > 0
        ? ['nothing hung: the row tested nothing']
        : [],
  }
}

/** When each began, by `host path`. */
async function raiseAlerts(site: AlertSite, alertsOfHost: number): Promise<Map<string, number>> {
  const hosts = Array.from({ length: HOSTS }, (_, at) => `db${at + 1}`)
  for (const host of hosts) await site.addHost(host, { '/': CALM })
  const beganAtMs = new Map<string, number>()
  const levels: Record<string, number> = {}
  for (let at = 1; at <= alertsOfHost; at++) {
    levels[`/u${at}`] = HIGH
    for (const host of hosts) {
      beganAtMs.set(`${host} /u${at}`, Date.now())
      site.setLevels(host, { ...levels })
    }
    await pass(BETWEEN_MS)
  }
  return beganAtMs
}

function namesOf(taken: readonly Attempt[]): string[] {
  return taken.flatMap(({ alerts }) =>
    alerts.map(({ labels }) => `${labels['host']} ${labels['path']}`),
  )
}

function sumOf<T>(all: readonly T[], countOf: (one: T) => number): number {
  return all.reduce((sum, one) => sum + countOf(one), 0)
}
