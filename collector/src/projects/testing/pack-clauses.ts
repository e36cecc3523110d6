import { checkYaml } from '@wardround/program'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ClauseBook, toClauseBook } from '../../rules/clause-book.ts'
import { ClauseFile } from '../../rules/clauses.ts'

/** The clauses that come with Wardround. */
export function packClauses(): ClauseBook {
  const file = fileURLToPath(new URL('../../../rules/clauses.yaml', import.meta.url))
  const { value } = checkYaml(ClauseFile, { file, text: readFileSync(file, 'utf8') })
  return toClauseBook([{ file, value }]).clauses
}
