import { RESERVED_LABELS } from './alert-labels.ts'
import type { Catalogue } from '../catalogue.ts'

/** Every label that an alert may have: what all have, and the identifying tags of what is measured. */
export function alertLabelNames(catalogue: Catalogue): ReadonlySet<string> {
  const tags = catalogue.names.flatMap((name) => catalogue.measurement(name)?.identifyingTags ?? [])
  const labels = tags.map((tag) => (RESERVED_LABELS.includes(tag) ? `tag_${tag}` : tag))
  return new Set([...RESERVED_LABELS, ...labels])
}
