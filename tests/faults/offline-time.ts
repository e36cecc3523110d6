import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultSite } from '../support/fault-site.ts'
import { until } from '../support/until.ts'
import { outboxOf } from './site-moments.ts'

/** Simulated time runs at most so many times as fast as the clock: 15 s in 2 ms. */
const SPEED = 7_500
const HOUR_MS = 3_600_000

/** What an agent had on its disk at most while it was offline. */
export interface OfflineOutbox {
  readonly bytes: number
  readonly samples: number
}

/** Starts the site's fleet so many hours ago, by simulated time, and lets it run until it has caught up with the clock. By host: what its outbox took. */
export async function passOffline(
  site: FaultSite,
  hours: number,
): Promise<Map<string, OfflineOutbox>> {
  const most = new Map<string, number>()
  const watch = setInterval(() => {
    for (const { host } of site.plan.hosts)
      most.set(host, Math.max(most.get(host) ?? 0, bytesOf(outboxOf(site, host))))
  }, 20)
  try {
    const fromMs = Date.now() - hours * HOUR_MS
    const fleet = await site.startFleet({ simulated: { fromMs, speed: SPEED } })
    const isLive = async () => (await fleet.status()).nowMs > Date.now() - 1000
    await until('simulated time has caught up', isLive, 300_000 + hours * 60_000, 500)
  } finally {
    clearInterval(watch)
  }
  return new Map(
    site.fleet
      .ledgers()
      .map(({ host, series, answers }) => [
        host,
        { bytes: most.get(host) ?? 0, samples: answers.length * series },
      ]),
  )
}

/** Bytes of the files of a directory; one that goes meanwhile counts nothing. */
export function bytesOf(directory: string): number {
  try {
    return readdirSync(directory, { recursive: true }).reduce((sum, name) => {
      const found = statSync(join(directory, String(name)), { throwIfNoEntry: false })
      return sum + (found?.isFile() === true ? found.size : 0)
    }, 0)
  } catch {
    return 0 // not made yet
  }
}
