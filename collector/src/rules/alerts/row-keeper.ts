import type { RuleStateRow } from '../alert.ts'
import type { RowChanges } from './live-alerts.ts'

/** When the engine's state was last known, and for how long nobody watched. */
export interface Downtime {
  /** Now, by the engine's clock. */
  readonly atMs: number
  /** How long the collector was away. */
  readonly downMs: number
}

/** A part of the engine that remembers over restarts what is no alert, in rows under ids that no rule file can give. */
export interface RowKeeper {
  readonly rowIds: readonly string[]
  /** Takes in a row of its own; false where it can't be read. */
  restoreRow(row: RuleStateRow, downtime: Downtime): boolean
  /** Rows that have changed since the last call. */
  takeRows(atMs: number): RowChanges
  /** A row could not be written, or removed: it is given again. */
  returnRow(row: RowKey): void
}

export type RowKey = Pick<RuleStateRow, 'ruleId' | 'key'>

/** Rows of one id by which of its keys have changed: what has no text is to be removed. */
export function rowsOf(
  ruleId: string,
  changed: Set<string>,
  textOf: (key: string) => string | undefined,
): RowChanges {
  const put: RuleStateRow[] = []
  const remove: RowKey[] = []
  for (const key of changed) {
    const json = textOf(key)
    if (json === undefined) remove.push({ ruleId, key })
    else put.push({ ruleId, key, json })
  }
  changed.clear()
  return { put, remove }
}
