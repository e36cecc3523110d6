import { CATALOGUE } from '@wardround/protocol'
import type { FieldDeclaration } from '@wardround/protocol'
import { windowedOf } from '@wardround/query'
import type { PanelQuery } from './panel.ts'

/** What the catalogue says of a measurement's field, and how often it comes at the seldomest. */
export interface DeclaredField {
  readonly declaration: FieldDeclaration
  readonly everySeconds: number
}

/** @throws Error where no probe declares it */
export function declaredField(measurement: string, field: string): DeclaredField {
  const probes = CATALOGUE.filter(
    ({ measurements }) => measurements[measurement]?.fields[field] !== undefined,
  )
  const declaration = probes[0]?.measurements[measurement]?.fields[field]
  if (declaration === undefined) throw new Error(`no probe declares ${measurement}.${field}`)
  return { declaration, everySeconds: Math.max(...probes.map((probe) => probe.everySeconds)) }
}

/** Every field that a query asks for. */
function fieldsOf({ measurement, value }: PanelQuery): DeclaredField[] {
  return windowedOf(value).map(({ field }) => declaredField(measurement, field))
}

/** Tags of a measurement, those that change among them. */
export function tagsOf(measurement: string): string[] {
  return CATALOGUE.flatMap(({ measurements }) => {
    const { identifyingTags = [], descriptiveTags = [] } = measurements[measurement] ?? {}
    return [...identifyingTags, ...descriptiveTags]
  })
}

/** The length of time after which nothing new means that something is missing: three intervals. */
export function freshSeconds(queries: readonly PanelQuery[]): number {
  return Math.max(300, 3 * everySeconds(queries))
}

/** How often the seldomest of these queries' fields comes. */
export function everySeconds(queries: readonly PanelQuery[]): number {
  return Math.max(0, ...queries.flatMap(fieldsOf).map((field) => field.everySeconds))
}
