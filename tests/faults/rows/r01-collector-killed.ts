import { FaultSite } from '../../support/fault-site.ts'
import { pass, until } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { allConnected, nextBytesUp } from '../site-moments.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { toResult } from '../to-result.ts'

/** Of a start and of the agents' return, in the full form. */
const START_DEADLINE_MS = 10_000
const BACK_DEADLINE_MS = 30_000
const LIVENESS_MS = 180_000
const SHORT_TRIALS = 2

/** The collector is killed while bytes of a batch are on their way into it, and started again on what it left. */
export const row: FaultRow = {
  id: 'R1',
  title: 'kill -9 of the collector at a random moment inside a batch',
  shortTrials: SHORT_TRIALS,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    await using site = await FaultSite.open({ agent: QUICK_AGENT })
    await site.startFleet()
    let longestStartMs = 0
    let longestBackMs = 0
    for (let trial = 1; trial <= trials; trial++) {
      await pass(500 + random() * 1500)
      await nextBytesUp(site.proxy)
      await pass(random() * 40)
      await site.collector.kill()
      await pass(random() * 1500)
      const { startMs } = await site.restartCollector()
      const startedAt = performance.now()
      await until('all agents are back', () => allConnected(site), LIVENESS_MS)
      const backMs = performance.now() - startedAt
      longestStartMs = Math.max(longestStartMs, startMs)
      longestBackMs = Math.max(longestBackMs, backMs)
      if (trials > SHORT_TRIALS) {
        if (startMs > START_DEADLINE_MS) violations.push(`trial ${trial}: start ${startMs} ms`)
        if (backMs > BACK_DEADLINE_MS) violations.push(`trial ${trial}: agents back ${backMs} ms`)
      }
      log(`trial ${trial}: start ${startMs.toFixed(0)} ms, all back ${backMs.toFixed(0)} ms`)
    }
    const comparison = await site.conclude(300_000)
    return toResult(trials, comparison, violations, {
      'longest start ms': longestStartMs,
      'longest return ms': longestBackMs,
      'drain ms': comparison.drainMs,
    })
  },
}
