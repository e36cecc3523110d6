import { checkYaml } from '@wardround/program'
import { CATALOGUE } from '@wardround/protocol'
import { toCatalogue, type Catalogue } from '../catalogue.ts'
import type { ClauseBook } from '../clause-book.ts'
import { compileRules } from '../compile-rules.ts'
import type { RuleSet } from '../compiled-rule.ts'
import { RuleFile } from '../rule-schema.ts'

/** The probes' own catalogue. */
export const catalogue: Catalogue = toCatalogue(CATALOGUE)

/** Compiles rules from YAML text that is known to be right. */
export function rulesFromYaml(
  text: string,
  known: Catalogue = catalogue,
  clauses: ClauseBook = new Map(),
): RuleSet {
  const { value } = checkYaml(RuleFile, { file: 'rules.yaml', text })
  const { rules, problems } = compileRules([{ file: 'rules.yaml', value }], {
    catalogue: known,
    clauses,
    checkRegex: () => undefined,
  })
  if (rules === undefined)
    throw new Error(problems.map(({ path, what }) => `${path.join('.')}: ${what.en}`).join('\n'))
  return rules
}
