import type { Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { readCatalogue } from '../read-catalogue.ts'
import { readRules } from '../read-rules.ts'
import type { Catalogue } from '../rules/catalogue.ts'
import type { RuleSet } from '../rules/compiled-rule.ts'

/** The rules that a configuration puts in force and the catalogue that they are read with; no secret is looked at. @throws ConfigError */
export async function rulesOf({
  value,
}: Located<CollectorConfig>): Promise<{ readonly rules: RuleSet; readonly catalogue: Catalogue }> {
  const catalogue = await readCatalogue(value.rules.metrics)
  return { rules: await readRules(value.rules, catalogue), catalogue }
}
