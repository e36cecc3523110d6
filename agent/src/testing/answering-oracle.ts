import type { Row } from '../row.ts'
import type { Statement } from '../statement.ts'
import { AnsweringSession } from './answering-session.ts'
import { selectedColumns } from './selected-columns.ts'

/**
 * Stands in for an Oracle server: answers with the rows that the test gives, and only with rows that have just the columns which the statement
 * asks for, in capitals as Oracle names them. A probe and its test can't agree on a column that the server would not send.
 */
export class AnsweringOracle extends AnsweringSession {
  override async rows(
    variants: readonly Statement[],
    signal: AbortSignal,
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const rows = await super.rows(variants, signal, binds)
    const statement = this.sent.at(-1)?.statement
    const columns =
      statement === undefined ? '' : selectedColumns(statement.text).toSorted().join(', ')
    const strange = rows.find((row) => Object.keys(row).toSorted().join(', ') !== columns)
    if (strange === undefined) return rows
    const given = Object.keys(strange).toSorted().join(', ')
    throw new Error(`the test answers ${statement?.id} with ${given}; it asks for ${columns}`)
  }
}
