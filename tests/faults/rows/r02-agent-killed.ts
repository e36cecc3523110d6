import { FaultSite } from '../../support/fault-site.ts'
import { pass } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { cutOff, nextSpool, reconnect } from '../site-moments.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { type AgentsKilled, youngerThanSpill } from '../spill-exception.ts'
import { toResult } from '../to-result.ts'

/** Of a start, in the full form. */
const START_DEADLINE_MS = 5_000
const SPOOL_DEADLINE_MS = 180_000
const SHORT_TRIALS = 2

/**
 * The agents, cut off so that they write to their disks, are killed in the middle of such a write (all of the fleet at once: they share a process)
 * and started again. What a device answered two seconds before must arrive.
 */
export const row: FaultRow = {
  id: 'R2',
  title: 'kill -9 of the agents during a write to their outbox',
  shortTrials: SHORT_TRIALS,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    const kills: AgentsKilled[] = []
    await using site = await FaultSite.open({ agent: QUICK_AGENT })
    await site.startFleet()
    let longestStartMs = 0
    for (let trial = 1; trial <= trials; trial++) {
      await pass(500 + random() * 1000)
      cutOff(site)
      await pass(1000 + random() * 2000)
      const { hosts } = site.plan
      const { host = '' } = hosts[Math.floor(random() * hosts.length)] ?? {}
      await nextSpool(site, host, SPOOL_DEADLINE_MS)
      await pass(random() * 8)
      const atMs = Date.now()
      await site.fleet.kill()
      if (random() < 0.5) reconnect(site)
      const { startMs } = await site.startFleet()
      kills.push({ atMs, startMs })
      longestStartMs = Math.max(longestStartMs, startMs)
      if (trials > SHORT_TRIALS && startMs > START_DEADLINE_MS)
        violations.push(`trial ${trial}: start ${startMs} ms`)
      log(`trial ${trial}: start ${startMs.toFixed(0)} ms`)
      reconnect(site)
    }
    const comparison = await site.conclude(300_000, youngerThanSpill(kills))
    return toResult(trials, comparison, violations, {
      'longest start ms (20 agents)': longestStartMs,
      'drain ms': comparison.drainMs,
    })
  },
}
