import { CATALOGUE, type FieldDeclaration, makeShape, type Shape } from '@wardround/protocol'

/** Values by field; undefined: not measured this time. */
export type Fields = Readonly<Record<string, number | undefined>>

/** What one probe says of one thing: as a function of time alone. */
export interface Part {
  readonly probe: string
  readonly everyMs: number
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  /** Undefined: nothing is there at that time. */
  readonly sample: (timeMs: number) => Fields | undefined
  /** The series of a field, as the catalogue declares it. @throws RangeError where it declares none */
  readonly field: (name: string) => PartField
}

export interface PartField {
  readonly shape: Shape
  /** Values are told to multiples of 1 / inverse. */
  readonly inverse: number
}

const PROBES = new Map(CATALOGUE.map((probe) => [probe.name, probe]))

/**
 * One row of a probe of the catalogue.
 * @throws RangeError where the catalogue has no such probe, measurement, tag or field
 */
export function part(
  probe: string,
  measurement: string,
  tags: Readonly<Record<string, string>>,
  sample: Part['sample'],
): Part {
  const declared = PROBES.get(probe)
  const rows = declared?.measurements[measurement]
  if (declared === undefined || rows === undefined)
    throw new RangeError(`the catalogue has no ${measurement} of ${probe}`)
  checkTags(`${probe} ${measurement}`, tags, rows)
  const fields = new Map<string, PartField>()
  return {
    probe,
    everyMs: declared.everySeconds * 1000,
    measurement,
    tags,
    sample,
    field(name) {
      const known = fields.get(name)
      if (known !== undefined) return known
      const declaration: FieldDeclaration | undefined = rows.fields[name]
      if (declaration === undefined)
        throw new RangeError(`the catalogue has no field ${name} of ${measurement} by ${probe}`)
      const shape = makeShape(measurement, tags, name, declaration.kind)
      const field = { shape, inverse: Math.round(1 / declaration.precision) || 1 }
      fields.set(name, field)
      return field
    },
  }
}

function checkTags(
  what: string,
  tags: Readonly<Record<string, string>>,
  rows: {
    readonly identifyingTags: readonly string[]
    readonly descriptiveTags?: readonly string[]
  },
): void {
  const { identifyingTags, descriptiveTags = [] } = rows
  const missing = identifyingTags.filter((tag) => tags[tag] === undefined)
  const strange = Object.keys(tags).filter(
    (tag) => ![...identifyingTags, ...descriptiveTags].includes(tag),
  )
  if (missing.length + strange.length > 0)
    throw new RangeError(
      `${what}: tags missing: ${missing.join()}; not declared: ${strange.join()}`,
    )
}
