import type { FieldDeclaration, ProbeDeclaration } from '@wardround/protocol'

/** One measurement as rules need to know it. */
export interface MeasurementFacts {
  readonly identifyingTags: readonly string[]
  readonly descriptiveTags: readonly string[]
  readonly fields: Readonly<Record<string, FieldDeclaration>>
  /** By field, how often it comes, in seconds: the longest interval of the probes that give it. */
  readonly intervals: Readonly<Record<string, number>>
  /** Who gives which of the fields. */
  readonly probes?: readonly FieldGiver[]
  /** It is in no catalogue: any field may be named, and every tag identifies. */
  readonly undeclared?: true
}

/** A probe, as far as one measurement knows it. */
export interface FieldGiver {
  readonly name: string
  readonly fields: readonly string[]
  readonly everySeconds: number
}

/** Of a measurement that is in no catalogue. */
export const UNDECLARED: MeasurementFacts = {
  identifyingTags: [],
  descriptiveTags: [],
  fields: {},
  intervals: {},
  undeclared: true,
}

/** How often an agent measures what nobody has said otherwise of, in seconds. */
const USUAL_SECONDS = 10

/** A number of which nothing is known. */
const ANY_FIELD: FieldDeclaration = {
  kind: 'gauge',
  unit: 'ratio',
  precision: Number.MIN_VALUE,
  help: { zh: '未声明', en: 'not declared' },
}

/** A field's declaration; undefined where the measurement has no such field. */
export function fieldOf(
  { fields, undeclared }: MeasurementFacts,
  name: string,
): FieldDeclaration | undefined {
  if (undeclared === true) return ANY_FIELD
  return Object.hasOwn(fields, name) ? fields[name] : undefined
}

/** How often all of these fields come, in seconds; without names, all fields of the measurement. Probes that share a measurement need not run together. */
export function intervalOf(
  { intervals, undeclared }: MeasurementFacts,
  names: readonly string[] = Object.keys(intervals),
): number {
  if (undeclared === true) return USUAL_SECONDS
  return Math.max(0, ...names.map((name) => intervals[name] ?? 0))
}

/** How often these fields may come at the oftenest, in seconds: by any of the probes that give all of them; where none does, as intervalOf. */
export function leastIntervalOf(facts: MeasurementFacts, names: readonly string[]): number {
  const givers = (facts.probes ?? []).filter(({ fields }) =>
    names.every((name) => fields.includes(name)),
  )
  if (givers.length === 0) return intervalOf(facts, names)
  return Math.min(...givers.map(({ everySeconds }) => everySeconds))
}

/** What is measured: by the probes' declarations, and by a site's own. */
export interface Catalogue {
  measurement(name: string): MeasurementFacts | undefined
  /** Every measurement's name. */
  readonly names: readonly string[]
}

/** A catalogue of declarations; a measurement that several probes give has the fields of all of them. */
export function toCatalogue(
  probes: readonly Pick<ProbeDeclaration, 'name' | 'everySeconds' | 'measurements'>[],
): Catalogue {
  const measurements = new Map<string, MeasurementFacts>()
  for (const { name: probe, everySeconds, measurements: declared } of probes) {
    for (const [name, { identifyingTags, descriptiveTags = [], fields }] of Object.entries(
      declared,
    )) {
      const known = measurements.get(name)
      measurements.set(name, {
        identifyingTags: union(known?.identifyingTags, identifyingTags),
        descriptiveTags: union(known?.descriptiveTags, descriptiveTags),
        fields: { ...known?.fields, ...fields },
        intervals: longerIntervals(known?.intervals, Object.keys(fields), everySeconds),
        probes: [
          ...(known?.probes ?? []),
          { name: probe, fields: Object.keys(fields), everySeconds },
        ],
      })
    }
  }
  return { measurement: (name) => measurements.get(name), names: [...measurements.keys()] }
}

/** The intervals with those of one more probe. */
function longerIntervals(
  known: MeasurementFacts['intervals'] = {},
  fields: readonly string[],
  everySeconds: number,
): MeasurementFacts['intervals'] {
  const its = fields.map((name) => [name, Math.max(known[name] ?? 0, everySeconds)])
  return { ...known, ...Object.fromEntries(its) }
}

function union(a: readonly string[] = [], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}
