import { describe, expect, test } from 'vitest'

import { PROBES, SOURCES } from '../../probes.gen.ts'
import type { Statement } from '../../statement.ts'
import { readOracle } from '../../testing/oracle-reading.ts'
import { parseOracle } from '../../testing/oracle-syntax.ts'
import { judgeOracle } from '../../testing/oracle-verdict.ts'
import { selectedColumns } from '../../testing/selected-columns.ts'

const LATEST = { since: [23], before: undefined }

const OWN = SOURCES.filter(({ type }) => type === 'oracle').flatMap(
  ({ statements = [] }) => statements,
)
const OF_PROBES = PROBES.filter(({ source }) => source.type === 'oracle').map(
  ({ name, statements = [] }) => ({ name, statements }),
)

describe('what is sent to Oracle', () => {
  test.each(
    [...OWN, ...OF_PROBES.flatMap(({ statements }) => statements)].map((statement) => ({
      statement,
      note: describeStatement(statement),
    })),
  )('$note', ({ statement }) => {
    expect(judgeOracle(statement)).toEqual([])
    // What AnsweringOracle holds the rows of the probes' tests against.
    const { columns } = readOracle(parseOracle(statement.text), LATEST)
    expect(selectedColumns(statement.text)).toEqual(columns)
  })

  test('has the id of its probe, or begins with it', () => {
    const strange = OF_PROBES.flatMap(({ name, statements }) =>
      statements.filter(({ id }) => id !== name && !id.startsWith(`${name}.`)),
    )
    expect(strange.map(({ id }) => id)).toEqual([])
  })

  test('of the session itself can’t be switched off with a probe', () => {
    const names = OF_PROBES.map(({ name }) => `${name}.`)
    expect(OWN.filter(({ id }) => names.some((name) => id.startsWith(name)))).toEqual([])
  })

  test('asks nothing twice: one id belongs to one probe', () => {
    const owners = OF_PROBES.flatMap(({ name, statements }) =>
      [...new Set(statements.map(({ id }) => id))].map((id) => ({ id, name })),
    )
    expect(owners.length).toBe(new Set(owners.map(({ id }) => id)).size)
  })

  test('is there for each probe', () => {
    expect(OF_PROBES.length).toBeGreaterThan(20)
    expect(OF_PROBES.filter(({ statements }) => statements.length === 0)).toEqual([])
  })
})

function describeStatement({ id, since, before, where }: Statement): string {
  const parts = [since && `from ${since.join('.')}`, before && `before ${before.join('.')}`]
  const traits = Object.entries(where ?? {}).map(
    ([trait, values]) => `${trait} ${values.join('|')}`,
  )
  return [id, ...parts, ...traits].filter(Boolean).join(', ')
}
