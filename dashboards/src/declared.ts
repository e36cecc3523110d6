import { CATALOGUE } from '@wardround/protocol'
import type { FieldDeclaration } from '@wardround/protocol'
import { windowedOf } from '@wardround/query'
import type { PanelQuery } from './panel.ts'

/** What the catalogue says of a measurement's field, and how often it comes: agents send oftener than what is polled from afar. */
export interface DeclaredField {
  readonly declaration: FieldDeclaration
  /** At the seldomest. */
  readonly everySeconds: number
  /** At the oftenest. */
  readonly quickestSeconds: number
}

/** @throws Error where no probe declares it */
export function declaredField(measurement: string, field: string): DeclaredField {
  const probes = CATALOGUE.filter(
    ({ measurements }) => measurements[measurement]?.fields[field] !== undefined,
  )
  const declaration = probes[0]?.measurements[measurement]?.fields[field]
  if (declaration === undefined) throw new Error(`no probe declares ${measurement}.${field}`)
  const intervals = probes.map(({ everySeconds: seconds }) => seconds)
  return {
    declaration,
    everySeconds: Math.max(...intervals),
    quickestSeconds: Math.min(...intervals),
  }
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

/** How often these fields come where they come most often; of several fields, the seldomest. */
export function quickestSeconds(queries: readonly PanelQuery[]): number {
  return Math.max(0, ...queries.flatMap(fieldsOf).map((field) => field.quickestSeconds))
}
