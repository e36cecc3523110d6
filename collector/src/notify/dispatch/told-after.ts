import type { News } from './news.ts'
import type { Telling } from './notice-writer.ts'
import { isToldFiring, type Told } from './tracked-alert.ts'

/** What the route's channels know after a telling. */
export function toTold({ tracked, alert }: News, telling: Telling, nowMs: number): Told {
  const { occasion, route, groupKey, groupLabels, level } = telling
  const before = tracked.told.get(route.key)
  const goesOn = isToldFiring(before) ? before : undefined
  const inDigest = occasion === 'digest' || (occasion !== 'news' && goesOn?.inDigest === true)
  return {
    alert,
    groupKey,
    groupLabels,
    firstAtMs: goesOn?.firstAtMs ?? nowMs,
    lastAtMs: occasion === 'claim' ? (goesOn?.lastAtMs ?? nowMs) : nowMs,
    level: level?.number ?? goesOn?.level ?? 0,
    inDigest,
  }
}
