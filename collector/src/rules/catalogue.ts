import type { FieldDeclaration, ProbeDeclaration } from '@wardround/protocol'

/** One measurement as rules need to know it. */
export interface MeasurementFacts {
  readonly identifyingTags: readonly string[]
  readonly descriptiveTags: readonly string[]
  readonly fields: Readonly<Record<string, FieldDeclaration>>
  /** The longest interval of the probes that give it. */
  readonly everySeconds: number
  /** It is in no catalogue: any field may be named, and every tag identifies. */
  readonly undeclared?: true
}

/** Of a measurement that is in no catalogue. */
export const UNDECLARED: MeasurementFacts = {
  identifyingTags: [],
  descriptiveTags: [],
  fields: {},
  everySeconds: 10,
  undeclared: true,
}

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

/** What is measured: by the probes' declarations, and by a site's own. */
export interface Catalogue {
  measurement(name: string): MeasurementFacts | undefined
  /** Every measurement's name. */
  readonly names: readonly string[]
}

/** A catalogue of declarations; a measurement that several probes give has the fields of all of them. */
export function toCatalogue(
  probes: readonly Pick<ProbeDeclaration, 'everySeconds' | 'measurements'>[],
): Catalogue {
  const measurements = new Map<string, MeasurementFacts>()
  for (const { everySeconds, measurements: declared } of probes) {
    for (const [name, { identifyingTags, descriptiveTags = [], fields }] of Object.entries(
      declared,
    )) {
      const known = measurements.get(name)
      measurements.set(name, {
        identifyingTags: union(known?.identifyingTags, identifyingTags),
        descriptiveTags: union(known?.descriptiveTags, descriptiveTags),
        fields: { ...known?.fields, ...fields },
        everySeconds: Math.max(known?.everySeconds ?? 0, everySeconds),
      })
    }
  }
  return { measurement: (name) => measurements.get(name), names: [...measurements.keys()] }
}

function union(a: readonly string[] = [], b: readonly string[]): string[] {
  return [...new Set([...a, ...b])]
}
