import type { DatabaseSync } from 'node:sqlite'

/** A stretch of time of which a store outside did not get every sample. */
export interface StoreGap {
  readonly id: number
  readonly store: string
  /** Of the samples' own times, both inclusive, epoch ms. */
  readonly fromMs: number
  readonly toMs: number
  readonly samples: number
  /** `outage`: it was down for longer than its budget. `backfill`: a person wants it to have this time. */
  readonly reason: 'outage' | 'backfill'
  /** When it was given up or asked for. */
  readonly notedAtMs: number
  /** Filled from the embedded store before this time; `toMs + 1` when it is whole. */
  readonly filledToMs: number
  /** Samples that were copied for it. */
  readonly copied: number
}

export interface StoreGapTable {
  add(gap: Omit<StoreGap, 'id' | 'filledToMs' | 'copied'>): StoreGap
  /** Those of a store that are not whole, the oldest first; what a person wants comes last. */
  open(store: string): StoreGap[]
  find(id: number): StoreGap | undefined
  /** So much more was copied, and all before the time. */
  filled(id: number, toMs: number, copied: number): void
  remove(id: number): void
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

export const STORE_GAP_REASONS = `
ALTER TABLE store_gaps ADD COLUMN reason TEXT NOT NULL DEFAULT 'outage';
ALTER TABLE store_gaps ADD COLUMN copied INTEGER NOT NULL DEFAULT 0;
`

export function openStoreGapTable(database: DatabaseSync): StoreGapTable {
  const add = database.prepare(`
    INSERT INTO store_gaps (store, from_ms, to_ms, samples, reason, noted_at_ms, filled_to_ms)
    VALUES (:store, :fromMs, :toMs, :samples, :reason, :notedAtMs, :fromMs) RETURNING *`)
  const open = database.prepare(`
    SELECT * FROM store_gaps WHERE store = ? AND filled_to_ms <= to_ms
    ORDER BY reason = 'backfill', from_ms, id`)
  const find = database.prepare('SELECT * FROM store_gaps WHERE id = ?')
  const filled = database.prepare(
    'UPDATE store_gaps SET filled_to_ms = ?, copied = copied + ? WHERE id = ?',
  )
  const remove = database.prepare('DELETE FROM store_gaps WHERE id = ?')
  return {
    add: ({ store, fromMs, toMs, samples, reason, notedAtMs }) =>
      toGap(add.get({ store, fromMs, toMs, samples, reason, notedAtMs })!),
    open: (store) => open.all(store).map(toGap),
    find: (id) => {
      const row = find.get(id)
      return row && toGap(row)
    },
    filled: (id, toMs, copied) => void filled.run(toMs, copied, id),
    remove: (id) => void remove.run(id),
  }
}

function toGap(row: Record<string, unknown>): StoreGap {
  return {
    id: Number(row['id']),
    store: String(row['store']),
    fromMs: Number(row['from_ms']),
    toMs: Number(row['to_ms']),
    samples: Number(row['samples']),
    reason: row['reason'] === 'backfill' ? 'backfill' : 'outage',
    notedAtMs: Number(row['noted_at_ms']),
    filledToMs: Number(row['filled_to_ms']),
    copied: Number(row['copied']),
  }
}
