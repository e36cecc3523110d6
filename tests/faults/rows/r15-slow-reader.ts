import { FaultSite } from '../../support/fault-site.ts'
import { pass, until } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { allConnected } from '../site-moments.ts'
import { toResult } from '../to-result.ts'

/** Answers of the device that meet the slow reader in each trial: a few seconds in the short form, 6 min (10 trials: an hour) in the full one. */
const SHORT_MS = 9_000
const FULL_MS = 360_000
/** A process just started grows for reasons of its own: compiled code, first buffers. */
const WARM_UP_MS = 6_000
const MAX_GROWTH_BYTES = 10 * 1_048_576
/** The short form ends while the process still grows for reasons of its own. */
const SHORT_MAX_GROWTH_BYTES = 48 * 1_048_576
const SERIES = 500
const BYTES_PER_SECOND = 1024

/**
 * The way to the collector lets 1 KB a second pass, far less than the agent has to send. What the agent may have on the wire is bounded by the collector's window;
 * the rest waits in its outbox, its memory does not grow, and afterwards everything arrives.
 */
export const row: FaultRow = {
  id: 'R15',
  title: 'the collector is read at 1 KB a second, slower than the input',
  shortTrials: 1,
  fullTrials: 10,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    await using site = await FaultSite.open({ agents: 1, series: SERIES, agent: QUICK_AGENT })
    await site.startFleet()
    let mostGrowth = 0
    for (let trial = 1; trial <= trials; trial++) {
      await until('the agent is connected', () => allConnected(site), 180_000)
      await pass(WARM_UP_MS + random() * 2000)
      const before = (await site.fleet.status()).rssBytes
      site.proxy.treat('up', { bytesPerSecond: BYTES_PER_SECOND })
      await pass(trials > 1 ? FULL_MS : SHORT_MS)
      const growth = (await site.fleet.status()).rssBytes - before
      mostGrowth = Math.max(mostGrowth, growth)
      if (growth > (trials > 1 ? MAX_GROWTH_BYTES : SHORT_MAX_GROWTH_BYTES))
        violations.push(`trial ${trial}: the agent's memory grew by ${growth} bytes`)
      if (!site.fleet.isRunning || !site.collector.isRunning)
        violations.push(`trial ${trial}: a program has ended`)
      site.proxy.treat('up', {})
      log(`trial ${trial}: the agent's memory grew by ${(growth / 1e6).toFixed(1)} MB`)
    }
    // The collector closes a connection by this code whose agent has more in flight than the window allows (1 MiB).
    const overrun = site.collector.lines.filter((line) => line.includes('close code 4006')).length
    if (overrun > 0) violations.push(`the window was exceeded ${overrun} times`)
    const comparison = await site.conclude(300_000)
    return toResult(trials, comparison, violations, {
      'most growth MB': mostGrowth / 1e6,
      'drain ms': comparison.drainMs,
    })
  },
}
