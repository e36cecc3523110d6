import type { DatabaseSync } from 'node:sqlite'

/** A stretch of time of which a store outside did not get every sample. */
export interface StoreGap {
  readonly id: number
  readonly store: string
  /** Of the samples' own times, both inclusive, epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  readonly samples: number
  /** When it was given up. */
  readonly notedAtMs: number
  /** Filled from the embedded store before this time; `toMs + 1` when it is whole. */
  readonly filledToMs: number
}

export interface StoreGapTable {
  add(gap: Omit<StoreGap, 'id' | 'filledToMs'>): void
  /** Those of a store that are not whole, the oldest first. */
  open(store: string): StoreGap[]
  filled(id: number, toMs: number): void
}

export const STORE_GAP_TABLES = `
CREATE TABLE store_gaps (
  id INTEGER PRIMARY KEY,
  store TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  samples INTEGER NOT NULL,
  noted_at_ms INTEGER NOT NULL,
  filled_to_ms INTEGER NOT NULL
) STRICT;
`

export function openStoreGapTable(database: DatabaseSync): StoreGapTable {
  const add = database.prepare(`
    INSERT INTO store_gaps (store, from_ms, to_ms, samples, noted_at_ms, filled_to_ms)
    VALUES (:store, :fromMs, :toMs, :samples, :notedAtMs, :fromMs)`)
  const open = database.prepare(
    'SELECT * FROM store_gaps WHERE store = ? AND filled_to_ms <= to_ms ORDER BY from_ms, id',
  )
  const filled = database.prepare('UPDATE store_gaps SET filled_to_ms = ? WHERE id = ?')
  return {
    add: ({ store, fromMs, toMs, samples, notedAtMs }) =>
      void add.run({ store, fromMs, toMs, samples, notedAtMs }),
    open: (store) =>
      open.all(store).map((row) => ({
        id: Number(row['id']),
        store: String(row['store']),
        fromMs: Number(row['from_ms']),
        toMs: Number(row['to_ms']),
        samples: Number(row['samples']),
        notedAtMs: Number(row['noted_at_ms']),
        filledToMs: Number(row['filled_to_ms']),
      })),
    filled: (id, toMs) => void filled.run(toMs, id),
  }
}
