import { AlertSite, CALM, HIGH, REPORT_EVERY_MS } from '../../support/alert-site.ts'
import { pass } from '../../support/until.ts'
import { resultOf, seededRandom, type FaultRow } from '../fault-row.ts'

const FOR_MS = 6_000
/** The random moments of the changes, before the restart: a timer that is kept ends a few seconds after it, one that begins anew later than this. */
const ANEW_MS = FOR_MS - 1_500
const EARLIEST_CHANGE_MS = 5_000
const LATEST_CHANGE_MS = 3_000
const DEADLINE_MS = 180_000
/** Hosts of each phase, so that one restart meets nine random moments. */
const HOSTS_PER_PHASE = 3
const PHASES = ['pending', 'firing', 'resolving'] as const
type Phase = (typeof PHASES)[number]

interface WatchedHost {
  readonly host: string
  readonly phase: Phase
  /** When the last change of its level was. */
  changedAtMs: number
}

/** The collector, which evaluates and notifies, is restarted while alerts are pending, firing and resolving. */
export const row: FaultRow = {
  id: 'A1',
  title: 'restart of the evaluator while alerts are pending, firing, resolving',
  shortTrials: 9,
  fullTrials: 108,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    let repeated = 0
    const restarts = Math.max(1, Math.round(trials / (HOSTS_PER_PHASE * PHASES.length)))
    for (let restart = 1; restart <= restarts; restart++) {
      const isKill = restart % 2 === 0
      await using site = await AlertSite.open({
        forSeconds: FOR_MS / 1000,
        clearSeconds: FOR_MS / 1000,
      })
      const found = await runRestart(site, isKill, random)
      repeated += found.repeated
      violations.push(...found.violations.map((text) => `restart ${restart}: ${text}`))
      log(`restart ${restart}, ${isKill ? 'killed' : 'ended'}: ${found.violations.length} wrong`)
    }
    const measured = { restarts, 'repeated under one id after a kill': repeated }
    return resultOf(restarts * HOSTS_PER_PHASE * PHASES.length, violations, measured)
  },
}

async function runRestart(
  site: AlertSite,
  isKill: boolean,
  random: () => number,
): Promise<{ readonly violations: string[]; readonly repeated: number }> {
  const hosts: WatchedHost[] = []
  for (const phase of PHASES)
    for (let at = 1; at <= HOSTS_PER_PHASE; at++)
      hosts.push({ host: `${phase}-${at}`, phase, changedAtMs: 0 })
  for (const { host, phase } of hosts)
    await site.addHost(host, { '/': phase === 'pending' ? CALM : HIGH })
  for (const { host, phase } of hosts)
    if (phase !== 'pending') await site.untilNotices(host, 1, DEADLINE_MS)

  const restartAtMs = Date.now() + EARLIEST_CHANGE_MS
  await changeAtRandom(site, hosts, restartAtMs, random)
  if (isKill) await site.collector.kill()
  else await site.collector.stop()
  await pass(random() * 500)
  await site.start()
  await site.untilBack(DEADLINE_MS)
  const backAtMs = Date.now()

  const violations = await checkTimers(site, hosts, backAtMs)
  for (const { host } of hosts) site.setLevels(host, { '/': CALM })
  for (const { host } of hosts)
    await site.untilNotices(host, 2, DEADLINE_MS).catch((error: unknown) => {
      violations.push(String(error))
    })
  await pass(1_000)
  return {
    violations: [...violations, ...checkNotices(site, hosts, isKill)],
    repeated: countRepeated(site, hosts),
  }
}

/** Pending hosts rise and resolving ones fall, each at a moment of its own in the last seconds before the restart. */
async function changeAtRandom(
  site: AlertSite,
  hosts: readonly WatchedHost[],
  restartAtMs: number,
  random: () => number,
): Promise<void> {
  const changes = hosts
    .filter(({ phase }) => phase !== 'firing')
    .map((watched) => ({
      watched,
      atMs: restartAtMs - LATEST_CHANGE_MS - random() * (EARLIEST_CHANGE_MS - LATEST_CHANGE_MS),
    }))
    .toSorted((a, b) => a.atMs - b.atMs)
  for (const { watched, atMs } of changes) {
    await pass(Math.max(0, atMs - Date.now()))
    watched.changedAtMs = Date.now()
    site.setLevels(watched.host, { '/': watched.phase === 'pending' ? HIGH : CALM })
  }
  await pass(Math.max(0, restartAtMs - Date.now()))
}

/** What was pending fires, and what was resolving is resolved, when its time is over: not before, and not as if it had begun anew. */
async function checkTimers(
  site: AlertSite,
  hosts: readonly WatchedHost[],
  backAtMs: number,
): Promise<string[]> {
  const violations: string[] = []
  for (const { host, phase, changedAtMs } of hosts) {
    if (phase === 'firing') continue
    const count = phase === 'pending' ? 1 : 2
    await site.untilNotices(host, count, DEADLINE_MS).catch((error: unknown) => {
      violations.push(String(error))
    })
    const notice = site.noticesOf(host)[count - 1]
    if (notice === undefined) continue
    const lastedMs = notice.atMs - changedAtMs
    if (lastedMs < FOR_MS - REPORT_EVERY_MS)
      violations.push(`${host}: ${notice.status} after ${lastedMs} ms of ${FOR_MS}`)
    // By the sample's time: how long the notice took to get here is no matter of the timer.
    if (notice.changedAtMs > backAtMs + ANEW_MS)
      violations.push(
        `${host}: ${notice.status} ${notice.changedAtMs - backAtMs} ms after the restart: the timer began anew`,
      )
  }
  return violations
}

function checkNotices(site: AlertSite, hosts: readonly WatchedHost[], isKill: boolean): string[] {
  return hosts.flatMap(({ host }) => {
    // A process that is killed between sending and noting it sends again, under the same id (row A5); one that ends in order does not.
    const notices = site.noticesOf(host, !isKill).map(({ status }) => status)
    return notices.join() === 'firing,resolved' ? [] : [`${host}: ${notices.join(', ')}`]
  })
}

function countRepeated(site: AlertSite, hosts: readonly WatchedHost[]): number {
  return hosts.reduce(
    (sum, { host }) => sum + site.noticesOf(host, true).length - site.noticesOf(host).length,
    0,
  )
}
