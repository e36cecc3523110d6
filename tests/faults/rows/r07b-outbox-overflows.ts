import { FaultSite } from '../../support/fault-site.ts'
import type { Comparison, LedgerOfHost } from '../../support/ledger-comparison.ts'
import { CountedLoss } from '../counted-loss.ts'
import type { FaultRow } from '../fault-row.ts'
import { passOffline } from '../offline-time.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { cutOff, drain, reconnect } from '../site-moments.ts'
import { toResult } from '../to-result.ts'

const SERIES = 2000
const EVERY_SECONDS = 15
const MIB = 1_048_576
/** A document with history every so many answers: the texts that must outlive the samples. */
const DOCUMENT_EVERY = 20

/** 24 simulated hours and 16 MiB in the full form, 2 h and 2 MiB in the short one. */
const FULL = { hours: 24, capMiB: 16 }
const SHORT = { hours: 2, capMiB: 2 }

/** An outbox that is far too small for the time without a collector: the oldest samples go, counted to the sample, and no text with them. */
export const row: FaultRow = {
  id: 'R7b',
  title: 'the same, 2,000 series, outbox of 16 MiB: the oldest go, exactly counted',
  shortTrials: 1,
  fullTrials: 2,
  async run({ trials, log }) {
    const { hours, capMiB } = trials > 1 ? FULL : SHORT
    await using site = await FaultSite.open({
      agents: trials,
      series: SERIES,
      everySeconds: EVERY_SECONDS,
      documentEvery: DOCUMENT_EVERY,
      agent: { ...QUICK_AGENT, outbox: { maxBytes: `${capMiB}MiB` } },
    })
    cutOff(site)
    const offline = await passOffline(site, hours)
    const violations: string[] = []
    for (const [host, { bytes }] of offline) {
      if (bytes > capMiB * MIB * (1 + 1 / 16))
        violations.push(`${host}: the outbox took ${bytes} bytes, more than a segment over its cap`)
    }
    reconnect(site)
    await drain(site, 300_000)
    const comparison = await site.conclude(0)
    violations.push(...(await checkAccount(site, comparison)), ...(await checkDocuments(site)))
    for (const ledger of site.fleet.ledgers())
      violations.push(...(await checkGap(site, ledger, comparison)))
    log(`${comparison.lost} of ${comparison.expected} samples dropped by the cap`)
    const dropped = new CountedLoss()
    dropped.add(await site.fleet.status())
    return toResult(trials, { ...comparison, lost: dropped.difference(comparison) }, violations, {
      'dropped by the cap': comparison.lost,
      stored: comparison.stored,
    })
  },
}

/** collected = stored + queued + dropped, and dropped is what the ledger misses. */
async function checkAccount(site: FaultSite, comparison: Comparison): Promise<string[]> {
  const violations: string[] = []
  const { agents } = await site.fleet.status()
  if (comparison.lost === 0) violations.push('nothing was dropped: the row tested nothing')
  for (const [host, agent] of Object.entries(agents)) {
    const dropped = Object.values(agent.dropped).reduce((sum, samples) => sum + samples, 0)
    const other = dropped - (agent.dropped['outbox_full'] ?? 0)
    if (other > 0) violations.push(`${host}: ${other} samples dropped for another reason`)
    const sum = agent.stored + agent.queued + dropped
    if (agent.collected + agent.recovered !== sum)
      violations.push(`${host}: ${agent.collected} collected, ${sum} accounted for`)
    if (agent.queued > 0) violations.push(`${host}: ${agent.queued} samples still wait`)
  }
  return violations
}

/** The oldest go first, whole batches of them; where they were the query answers nothing. */
async function checkGap(
  site: FaultSite,
  { host, answers, series }: LedgerOfHost,
  { lostAnswers }: Comparison,
): Promise<string[]> {
  const violations: string[] = []
  const lost = answers.filter(({ tick }) => lostAnswers.get(host)?.has(tick) === true)
  const newestLost = lost.at(-1)?.tick ?? 0
  if (lost.length !== newestLost - (answers[0]?.tick ?? 1) + 1)
    violations.push(`${host}: ${lost.length} answers are missing, but not the oldest ones`)
  for (const { tick } of lost)
    if (lostAnswers.get(host)?.get(tick) !== series)
      violations.push(`${host}: of answer ${tick} only a part is missing`)
  const [from, to] = [lost[0]?.timeMs ?? 0, lost.at(-1)?.timeMs ?? 0]
  const question = new URLSearchParams({
    measurement: 'ledger',
    field: 'answer',
    where: `host=${host}`,
    aggregate: 'mean',
    step: '1m',
    from: String(from),
    to: String(Math.max(from + 1, to)),
  })
  const { series: drawn } = await site.collector.get<{ series: { points: unknown[] }[] }>(
    `/api/v1/query?${question.toString()}`,
  )
  if (drawn.some(({ points }) => points.length > 0))
    violations.push(`${host}: the gap is drawn as if there were something`)
  return violations
}

/** Documents are the last to go: all are there, as segments of samples are. */
async function checkDocuments(site: FaultSite): Promise<string[]> {
  const violations: string[] = []
  for (const { host, answers } of site.fleet.ledgers()) {
    const expected = answers.filter(({ tick }) => tick % DOCUMENT_EVERY === 0).length
    const { documents = [] } = await site.collector.get<{
      documents?: { name: string; historyMs: number[] }[]
    }>(`/api/v1/inventory/${host}`)
    const known = documents.find(({ name }) => name === 'ledger')
    const stored = known === undefined ? 0 : known.historyMs.length + 1
    if (stored !== expected) violations.push(`${host}: ${stored} of ${expected} documents arrived`)
  }
  return violations
}
