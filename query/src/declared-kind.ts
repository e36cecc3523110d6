import { CATALOGUE } from '@wardround/protocol'

/** Says whether a fall of a field is a reset: a store that is asked over HTTP knows no kinds. */
export type IsCounter = (measurement: string, field: string) => boolean

/** As its probe declares it; what nobody declares is taken for a counter, as rates are asked of counters. */
export function isDeclaredCounter(measurement: string, field: string): boolean {
  const declared = CATALOGUE.find(({ measurements }) => Object.hasOwn(measurements, measurement))
  const fields = declared?.measurements[measurement]?.fields ?? {}
  return !Object.hasOwn(fields, field) || fields[field]?.kind === 'counter'
}

/** The tags by which series of a measurement are told apart, beside host, project and role; none of what nobody declares. */
export function identifyingTagsOf(measurement: string): readonly string[] {
  const declared = CATALOGUE.find(({ measurements }) => Object.hasOwn(measurements, measurement))
  return declared?.measurements[measurement]?.identifyingTags ?? []
}
