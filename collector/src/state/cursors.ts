import type { DatabaseSync } from 'node:sqlite'
import type { Position } from '@wardround/journal'

/** How far the consumers that keep their results here have come in the journal. */
export interface CursorTable {
  /** undefined: the consumer has never saved; it reads from the oldest record. */
  load(consumer: string): Position | undefined
  /** Call it in the transaction that saves what the consumer made of the records before the position. */
  save(consumer: string, position: Position): void
  /** The highest segment that any consumer has named; 0 when none has. */
  highestSegment(): number
}

export function openCursorTable(database: DatabaseSync): CursorTable {
  const load = database.prepare('SELECT segment, "offset" FROM cursors WHERE consumer = ?')
  const save = database.prepare(`
    INSERT INTO cursors (consumer, segment, "offset") VALUES (:consumer, :segment, :offset)
    ON CONFLICT (consumer) DO UPDATE SET segment = :segment, "offset" = :offset`)
  const highest = database.prepare('SELECT coalesce(max(segment), 0) AS segment FROM cursors')
  return {
    load(consumer) {
      const row = load.get(consumer)
      return row === undefined
        ? undefined
        : { segment: Number(row['segment']), offset: Number(row['offset']) }
    },
    save: (consumer, { segment, offset }) => void save.run({ consumer, segment, offset }),
    highestSegment: () => Number(highest.get()?.['segment']),
  }
}
