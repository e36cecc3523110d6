import { AlertSite, CALM, FULL_RULE, HIGH, type PastAlert } from '../../support/alert-site.ts'
import { pass, until } from '../../support/until.ts'
import { resultOf, type FaultRow } from '../fault-row.ts'

const HOUR_MS = 3_600_000
const BACK_FILL_MS = 24 * HOUR_MS
/** From this age to that one, the host that is fine now was full, and the one that is full now was fine. */
const OUTAGE_FROM_MS = 15 * HOUR_MS
const OUTAGE_TO_MS = 12 * HOUR_MS
const OUTAGE_MS = OUTAGE_FROM_MS - OUTAGE_TO_MS
const SHORT_STEP_MS = 60_000
const FULL_STEP_MS = 15_000
const NOTICE_DEADLINE_MS = 180_000
const FILL_DEADLINE_MS = 600_000

/** Three hosts bring back a day while they are live: nothing of the past pages anybody, each outage is written down once, and nothing of it ends what fires now. */
export const row: FaultRow = {
  id: 'A7',
  title: '24 h of back-fill with an outage in it, while the hosts are live',
  shortTrials: 1,
  fullTrials: 5,
  async run({ trials, log }) {
    const violations: string[] = []
    const stepMs = trials > 1 ? FULL_STEP_MS : SHORT_STEP_MS
    let fillMs = 0
    for (let trial = 1; trial <= trials; trial++) {
      await using site = await AlertSite.open({ forSeconds: 0, clearSeconds: 1 })
      const startedAt = performance.now()
      const found = await runTrial(site, stepMs)
      fillMs = Math.max(fillMs, performance.now() - startedAt)
      violations.push(...found.map((text) => `trial ${trial}: ${text}`))
      log(`trial ${trial}: ${found.length} wrong`)
    }
    const batches = (3 * (BACK_FILL_MS - HOUR_MS)) / stepMs
    return resultOf(trials, violations, { 'late batches of a trial': batches, 'trial ms': fillMs })
  },
}

/** Of each outage one record says that it fell into the gap: written when its end came, or when nothing late came any more. */
async function findWrongPast(site: AlertSite): Promise<string[]> {
  const hosts = ['fine', 'full', 'early']
  const toldOf = (host: string) =>
    site.pastAlerts.filter(({ key }) => key === host || key.startsWith(`${host}{`))
  const isTold = () => hosts.every((host) => toldOf(host).length > 0)
  await until('the outages are written down', isTold, NOTICE_DEADLINE_MS).catch(() => undefined) // said below, by host
  return hosts.flatMap((host) => {
    const found = toldOf(host)
    if (found.length === 1 && found[0] !== undefined && lastsAsLongAs(found[0], OUTAGE_MS))
      return []
    return [`${host}: written down of the past: ${JSON.stringify(found)}`]
  })
}

function lastsAsLongAs({ from, to }: PastAlert, durationMs: number): boolean {
  return Math.abs(Date.parse(to) - Date.parse(from) - durationMs) < 2 * SHORT_STEP_MS
}

async function runTrial(site: AlertSite, stepMs: number): Promise<string[]> {
  const fine = await site.addHost('fine', undefined)
  const full = await site.addHost('full', undefined)
  // Its day comes in order, and nothing live before it: only its age says that it is past.
  const early = await site.addHost('early', undefined, 'oldest-first')
  const nowMs = Date.now()
  for (let ageMs = BACK_FILL_MS; ageMs > HOUR_MS; ageMs -= stepMs) {
    const isOutage = ageMs <= OUTAGE_FROM_MS && ageMs > OUTAGE_TO_MS
    for (const agent of [fine, full, early])
      agent.report({ '/': isOutage ? HIGH : CALM }, nowMs - ageMs)
  }
  site.setLevels('fine', { '/': CALM })
  site.setLevels('full', { '/': HIGH })
  await site.untilNotices('full', 1, NOTICE_DEADLINE_MS)
  const isFilled = () => fine.waiting + full.waiting + early.waiting < 10
  await until('the back-fill is acknowledged', isFilled, FILL_DEADLINE_MS)
  site.setLevels('early', { '/': CALM })
  await pass(2_000)
  const violations: string[] = []
  for (const [host, expected] of [
    ['fine', ''],
    ['early', ''],
    ['full', 'firing'],
  ] as const) {
    const told = site.noticesOf(host).map(({ status }) => status)
    if (told.join() !== expected) violations.push(`${host}: told ${told.join(', ') || 'nothing'}`)
  }
  violations.push(...(await findWrongPast(site)))
  const late = await site.collector.metric('wardround_collector_agent_samples_late_total')
  if (late === 0) violations.push('nothing came late: the row tested nothing')
  site.setLevels('full', { '/': CALM })
  await site.untilNotices('full', 2, NOTICE_DEADLINE_MS).catch((error: unknown) => {
    violations.push(`${FULL_RULE} of full: not resolved afterwards: ${String(error)}`)
  })
  return violations
}
