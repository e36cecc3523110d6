import type { DatabaseSync } from 'node:sqlite'
import type { Pause } from './outbox-store.ts'

/** How long services want to be left alone, over node:sqlite. */
export function openPauses(database: DatabaseSync) {
  const put = database.prepare(`
    INSERT INTO notification_pauses (service, until_ms) VALUES (:service, :untilMs)
    ON CONFLICT (service) DO UPDATE SET until_ms = max(until_ms, :untilMs)`)
  const all = database.prepare('SELECT service, until_ms FROM notification_pauses')
  const prune = database.prepare('DELETE FROM notification_pauses WHERE until_ms < ?')
  return {
    pause: ({ service, untilMs }: Pause): void =>
      void put.run({ service, untilMs: Math.round(untilMs) }),
    pauses: (): Pause[] =>
      all
        .all()
        .map((row) => ({ service: String(row['service']), untilMs: Number(row['until_ms']) })),
    purgePauses: (beforeMs: number): void => void prune.run(beforeMs),
  }
}
