import { AlertSite, CALM, HIGH } from '../../support/alert-site.ts'
import { pass } from '../../support/until.ts'
import { resultOf, seededRandom, type FaultRow } from '../fault-row.ts'
import { sideBySide } from '../side-by-side.ts'

const HOSTS_PER_STOP = 5
/** The evaluator is away for so long. */
const SHORT_DOWN_MS = 2_000
const FULL_DOWN_MS = 600_000
const FIRING_DEADLINE_MS = 180_000
const RESOLVED_DEADLINE_MS = 120_000
/** Of the full form: collectors that are away do nothing. */
const STOPS_AT_ONCE = 5

/** What fired ends while nobody evaluates or notifies: it is told after the start, once, every time. */
export const row: FaultRow = {
  id: 'A2',
  title: 'the condition clears while evaluator and notifier are down',
  shortTrials: HOSTS_PER_STOP,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    const stops = Math.max(1, Math.round(trials / HOSTS_PER_STOP))
    let latestMs = 0
    const downMs = stops > 1 ? FULL_DOWN_MS : SHORT_DOWN_MS
    await sideBySide(stops, STOPS_AT_ONCE, async (stop) => {
      await using site = await AlertSite.open({ forSeconds: 0, clearSeconds: 1 })
      const isKill = random() < 0.5
      latestMs = Math.max(latestMs, await runStop(site, isKill, downMs, violations))
      log(`stop ${stop}, ${isKill ? 'killed' : 'ended'}, ${downMs / 1000} s: done`)
    })
    return resultOf(stops * HOSTS_PER_STOP, violations, { 'latest resolve ms': latestMs })
  },
}

/** Returns how long after the start the last resolve came. */
async function runStop(
  site: AlertSite,
  isKill: boolean,
  downMs: number,
  violations: string[],
): Promise<number> {
  const hosts = Array.from({ length: HOSTS_PER_STOP }, (_, at) => `db${at + 1}`)
  for (const host of hosts) await site.addHost(host, { '/': HIGH })
  for (const host of hosts) await site.untilNotices(host, 1, FIRING_DEADLINE_MS)
  if (isKill) await site.collector.kill()
  else await site.collector.stop()
  for (const host of hosts) site.setLevels(host, { '/': CALM })
  await pass(downMs)
  await site.start()
  const startedAtMs = Date.now()
  for (const host of hosts)
    await site.untilNotices(host, 2, RESOLVED_DEADLINE_MS).catch((error: unknown) => {
      violations.push(`${host}: not resolved: ${String(error)}`)
    })
  await pass(1_000)
  const resolvedMs = hosts.map((host) => {
    const notices = site.noticesOf(host)
    const told = notices.map(({ status }) => status).join()
    if (told !== 'firing,resolved') violations.push(`${host}: ${told}`)
    return (notices.at(-1)?.atMs ?? Infinity) - startedAtMs
  })
  return Math.max(...resolvedMs)
}
