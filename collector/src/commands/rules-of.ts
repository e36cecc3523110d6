import type { Located } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import { readCatalogue } from '../configuration/read-catalogue.ts'
import { loadRules, type LoadedRules } from '../configuration/read-rules.ts'
import type { Catalogue } from '../rules/catalogue.ts'

/** Rules, and the catalogue that they were read with. */
export interface ConfiguredRules extends LoadedRules {
  readonly catalogue: Catalogue
}

/** The rules that a configuration puts in force; no secret is looked at. @throws ConfigError */
export async function rulesOf({ value }: Located<CollectorConfig>): Promise<ConfiguredRules> {
  const catalogue = await readCatalogue(value.rules.metrics)
  return { ...(await loadRules(value.rules, catalogue)), catalogue }
}
