import type { DatabaseSync } from 'node:sqlite'

/** The collector's own sign of life: after a kill it tells until when it watched. */
export interface LifeTable {
  /** When the collector was last known to live; undefined before its first run. */
  lastAliveMs(): number | undefined
  alive(atMs: number): void
}

export function openLifeTable(database: DatabaseSync): LifeTable {
  const load = database.prepare('SELECT alive_at_ms FROM collector_life')
  const save = database.prepare(
    'INSERT INTO collector_life (id, alive_at_ms) VALUES (1, :atMs) ON CONFLICT (id) DO UPDATE SET alive_at_ms = :atMs',
  )
  return {
    lastAliveMs() {
      const row = load.get()
      return row === undefined ? undefined : Number(row['alive_at_ms'])
    },
    alive: (atMs) => void save.run({ atMs }),
  }
}
