import type { DatabaseSync } from 'node:sqlite'
import type { Position } from '@wardround/journal'
import type { CursorTable } from './cursors.ts'
import type { EventFiles, EventRow } from './event-files.ts'
import type { DocumentRow, InventoryTable } from './inventory.ts'
import { inTransaction } from './transaction.ts'

/** Events and documents out of the journal, with the position behind the last of them. */
export interface Facts {
  readonly events: readonly EventRow[]
  readonly documents: readonly DocumentRow[]
  readonly covered: Position
}

const CONSUMER = 'facts'

/** The consumer of the journal that keeps what is no sample. Storing the same facts again changes nothing. */
export interface FactTable {
  load(): Position | undefined
  /** Durable when it returns: the events first, then the documents and the cursor in one transaction. */
  store(facts: Facts): void
}

export function openFactTable(
  database: DatabaseSync,
  cursors: CursorTable,
  inventory: InventoryTable,
  events: EventFiles,
): FactTable {
  return {
    load: () => cursors.load(CONSUMER),
    store({ events: rows, documents, covered }) {
      if (rows.length > 0) events.append(rows)
      inTransaction(database, () => {
        for (const document of documents) inventory.store(document)
        cursors.save(CONSUMER, covered)
      })
    },
  }
}
