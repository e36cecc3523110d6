import { FaultSite } from '../../support/fault-site.ts'
import type { FaultRow } from '../fault-row.ts'
import { cutOff, reconnect } from '../site-moments.ts'
import { passOffline } from '../offline-time.ts'
import { QUICK_AGENT } from '../quick-settings.ts'
import { toResult } from '../to-result.ts'

const SERIES = 300
const EVERY_SECONDS = 15
const MIB = 1_048_576

/** 24 simulated hours and 64 MiB in the full form, 6 h and 16 MiB in the short one. */
const FULL = { hours: 24, capMiB: 64 }
const SHORT = { hours: 6, capMiB: 16 }

/** An agent without its collector for a day, on an outbox that is large enough for it. */
export const row: FaultRow = {
  id: 'R7a',
  title: 'agent offline for 24 h, 300 series every 15 s, outbox of 64 MiB',
  shortTrials: 1,
  fullTrials: 2,
  async run({ trials, log }) {
    const { hours, capMiB } = trials > 1 ? FULL : SHORT
    const violations: string[] = []
    const segmentBytes = Math.min(4 * MIB, (capMiB * MIB) / 16)
    await using site = await FaultSite.open({
      agents: trials,
      series: SERIES,
      everySeconds: EVERY_SECONDS,
      agent: { ...QUICK_AGENT, outbox: { maxBytes: `${capMiB}MiB` } },
    })
    cutOff(site)
    const offline = await passOffline(site, hours)
    for (const [host, { bytes, samples }] of offline) {
      log(`${host}: ${samples} samples took ${bytes} bytes, ${(bytes / samples).toFixed(1)} each`)
      if (bytes > capMiB * MIB + segmentBytes)
        violations.push(`${host}: the outbox took ${bytes} bytes, more than a segment over its cap`)
    }
    reconnect(site)
    const comparison = await site.conclude(300_000)
    const most = Math.max(...[...offline.values()].map(({ bytes, samples }) => bytes / samples))
    return toResult(trials, comparison, violations, {
      'bytes a sample on disk': most,
      'drain ms': comparison.drainMs,
    })
  },
}
