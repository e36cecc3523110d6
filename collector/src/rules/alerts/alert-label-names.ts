import { labelOfTag, RESERVED_LABELS } from './alert-labels.ts'
import type { Catalogue } from '../catalogue.ts'

/** Every label that an alert may have: what all have, and the identifying tags of what is measured. */
export function alertLabelNames(catalogue: Catalogue): ReadonlySet<string> {
  const tags = catalogue.names.flatMap((name) => catalogue.measurement(name)?.identifyingTags ?? [])
  return new Set([...RESERVED_LABELS, ...tags.map(labelOfTag)])
}
