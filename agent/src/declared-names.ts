import type { FieldDeclaration, LocalizedText } from '@wardround/protocol'
import type { Measurements, Probe } from './probe.ts'
import type { OptionProblem } from './source.ts'

/** The option in which a source's entry describes its measurements. */
const OPTION = 'metrics'

/**
 * Keeps apart what a site's sources describe by themselves, and the catalogue: none of its names, neither a measurement nor `measurement_field` as a
 * store of Prometheus's kind has it; and one measurement that several entries describe is the same in each.
 */
export class DeclaredNames {
  readonly #taken = new Set<string>()
  readonly #ownMeasurements = new Map<string, string>()
  readonly #ownFields = new Map<string, FieldDeclaration>()

  constructor(probes: readonly Pick<Probe, 'measurements'>[]) {
    for (const { measurements } of probes)
      for (const [name, { fields }] of Object.entries(measurements)) {
        this.#taken.add(name)
        for (const field of Object.keys(fields)) this.#taken.add(fullName(name, field))
      }
  }

  /** Takes in what one entry describes. */
  add(measurements: Measurements): OptionProblem[] {
    return Object.entries(measurements).flatMap(([name, { identifyingTags, fields }]) => {
      if (this.#taken.has(name)) return [takenProblem(name)]
      const tags = identifyingTags.toSorted().join(',')
      const otherTags = this.#ownMeasurements.get(name)
      this.#ownMeasurements.set(name, tags)
      return [
        ...(otherTags === undefined || otherTags === tags ? [] : [differsProblem(name)]),
        ...Object.entries(fields).flatMap(([field, own]) => this.#addField(name, field, own)),
      ]
    })
  }

  #addField(measurement: string, field: string, own: FieldDeclaration): OptionProblem[] {
    const name = fullName(measurement, field)
    if (this.#taken.has(name)) return [takenProblem(name)]
    const other = this.#ownFields.get(name)
    this.#ownFields.set(name, own)
    const isSame = other === undefined || JSON.stringify(other) === JSON.stringify(own)
    return isSame ? [] : [differsProblem(`${measurement}.${field}`)]
  }
}

function fullName(measurement: string, field: string): string {
  return `${measurement}_${field}`
}

function takenProblem(name: string): OptionProblem {
  return toProblem(
    { zh: `名称 ${name} 已被内置指标使用`, en: `the name ${name} is one of the catalogue's` },
    {
      zh: '其他名称（内置指标见 docs/metrics.md）',
      en: 'another name (docs/metrics.md has the catalogue)',
    },
  )
}

function differsProblem(name: string): OptionProblem {
  return toProblem(
    {
      zh: `${name} 在另一数据源中的定义不同`,
      en: `${name} is described differently in another source`,
    },
    {
      zh: '相同的标签、类型、单位和状态，或其他名称',
      en: 'the same tags, kind, unit and states, or another name',
    },
  )
}

function toProblem(what: LocalizedText, expected: LocalizedText): OptionProblem {
  return { option: OPTION, what, expected }
}
