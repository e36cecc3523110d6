import { parseSelect } from './parse-select.ts'
import { parseShow } from './parse-show.ts'
import type { Statement } from './syntax.ts'
import { TokenReader } from './token-reader.ts'
import type { Parameters } from './token-reader.ts'
import type { Token } from './tokens.ts'

const BEGINNINGS = [
  'SELECT',
  'DELETE',
  'SHOW',
  'CREATE',
  'DROP',
  'EXPLAIN',
  'GRANT',
  'REVOKE',
  'ALTER',
  'SET',
  'KILL',
] as const

/** The statements of a query, which `;` parts. @throws InfluxQlSyntaxError */
export function parseQuery(query: string, parameters: Parameters = new Map()): Statement[] {
  const reader = new TokenReader(query, parameters)
  const statements: Statement[] = []
  let isParted = true
  while (reader.next.kind !== 'end') {
    if (reader.takeSign(';') !== undefined) {
      isParted = true
      continue
    }
    if (!isParted) reader.fail(';')
    statements.push(parseStatement(reader))
    isParted = false
  }
  return statements
}

function parseStatement(reader: TokenReader): Statement {
  const word = reader.expectKeyword(...BEGINNINGS)
  if (word === 'SELECT') return parseSelect(reader)
  if (word === 'SHOW') return parseShow(reader)
  if (word === 'CREATE' && reader.takeKeyword('DATABASE') !== undefined) {
    return parseCreateDatabase(reader)
  }
  const second = reader.keyword
  skipStatement(reader)
  return {
    kind: 'refused',
    words: second === undefined || second === 'FROM' ? word : `${word} ${second}`,
  }
}

/** What follows the name (WITH DURATION …) is another's business: the database is there. */
function parseCreateDatabase(reader: TokenReader): Statement {
  const database = reader.expectName()
  if (reader.keyword === 'WITH') skipStatement(reader)
  return { kind: 'create database', database }
}

function skipStatement(reader: TokenReader): void {
  const isOver = ({ kind, text }: Token): boolean =>
    kind === 'end' || (kind === 'sign' && text === ';')
  while (!isOver(reader.next)) reader.take()
}
