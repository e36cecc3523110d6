import { FaultSite } from '../../support/fault-site.ts'
import { pass, until } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { allConnected, cutOff, nextBytesUp, reconnect } from '../site-moments.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { type AgentsKilled, youngerThanSpill } from '../spill-exception.ts'
import { toResult } from '../to-result.ts'

/** Of the starts, in the full form. */
const COLLECTOR_START_MS = 10_000
const AGENT_START_MS = 5_000
const BACK_DEADLINE_MS = 180_000
const SHORT_TRIALS = 2

/** Collector and agents are killed in the same moment, in half of the trials with a backlog on the agents' disks, and started again in random order. */
export const row: FaultRow = {
  id: 'R3',
  title: 'kill -9 of collector and agents at once',
  shortTrials: SHORT_TRIALS,
  fullTrials: 20,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const violations: string[] = []
    const kills: AgentsKilled[] = []
    await using site = await FaultSite.open({ agent: QUICK_AGENT })
    await site.startFleet()
    for (let trial = 1; trial <= trials; trial++) {
      await until('all agents are connected', () => allConnected(site), BACK_DEADLINE_MS)
      if (trial % 2 === 0) {
        cutOff(site)
        await pass(2000 + random() * 2000)
        reconnect(site)
      } else await pass(500 + random() * 1500)
      await nextBytesUp(site.proxy)
      await pass(random() * 40)
      const atMs = Date.now()
      await Promise.all([site.collector.kill(), site.fleet.kill()])
      const [collectorMs, agentsMs] = await startBoth(site, random())
      kills.push({ atMs, startMs: agentsMs })
      if (trials > SHORT_TRIALS && collectorMs > COLLECTOR_START_MS)
        violations.push(`trial ${trial}: collector's start ${collectorMs} ms`)
      if (trials > SHORT_TRIALS && agentsMs > AGENT_START_MS)
        violations.push(`trial ${trial}: agents' start ${agentsMs} ms`)
      log(
        `trial ${trial}: collector ${collectorMs.toFixed(0)} ms, agents ${agentsMs.toFixed(0)} ms`,
      )
    }
    const comparison = await site.conclude(300_000, youngerThanSpill(kills))
    return toResult(trials, comparison, violations, { 'drain ms': comparison.drainMs })
  },
}

async function startBoth(site: FaultSite, draw: number): Promise<[number, number]> {
  if (draw < 0.5) {
    const collector = await site.restartCollector()
    const fleet = await site.startFleet()
    return [collector.startMs, fleet.startMs]
  }
  const fleet = await site.startFleet()
  const collector = await site.restartCollector()
  return [collector.startMs, fleet.startMs]
}
