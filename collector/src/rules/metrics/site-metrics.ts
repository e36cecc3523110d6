import { parseDurationMs } from '@wardround/program'
import type { ProbeDeclaration } from '@wardround/protocol'
import { labelOfTag } from '../alerts/alert-labels.ts'
import type { Catalogue } from '../catalogue.ts'
import { NAMES, type MetricFile } from './metric-file.ts'
import { ProblemList } from '../problem-list.ts'
import { SUBJECT_TAGS } from '../texts/read-templates.ts'
import type { RuleProblem } from '../rule-problem.ts'

/** One file of metrics.d. */
export interface MetricSource {
  readonly file: string
  readonly value: MetricFile
}

type Declared = Pick<ProbeDeclaration, 'name' | 'everySeconds' | 'measurements'>
type Measurement = MetricFile['measurements'][string]

/** What a site's files declare, and what is wrong with them: names that are taken, tags that are none, states without words. */
export function readSiteMetrics(
  sources: readonly MetricSource[],
  builtIn: Catalogue,
): {
  readonly declarations: readonly Declared[]
  readonly problems: readonly (RuleProblem & { readonly file: string })[]
} {
  const declarations: Declared[] = []
  const found: (RuleProblem & { readonly file: string })[] = []
  const taken = new TakenNames(builtIn)
  for (const { file, value } of sources) {
    const problems = new ProblemList()
    checkNames(value.measurements, 'measurements', [], problems)
    for (const [name, measurement] of Object.entries(value.measurements)) {
      const path = ['measurements', name]
      checkNames(measurement.fields, 'fields', path, problems)
      taken.take(name, measurement, path, problems)
      if (Object.keys(measurement.fields).length === 0) problems.add([...path, 'fields'], NO_FIELDS)
      checkTags(measurement, path, problems)
      checkStates(measurement, path, problems)
      const { every, ...declared } = measurement
      declarations.push({
        name,
        everySeconds: Math.ceil(parseDurationMs(every) / 1000),
        measurements: { [name]: declared },
      })
    }
    found.push(...problems.problems.map((problem) => ({ ...problem, file })))
  }
  return { declarations, problems: found }
}

/** Measurements, and the names that measurement and field become in a store of Prometheus's kind. */
class TakenNames {
  readonly #builtIn: Catalogue
  readonly #measurements = new Set<string>()
  /** `measurement.field` by the one name that it comes to. */
  readonly #flat = new Map<string, string>()

  constructor(builtIn: Catalogue) {
    this.#builtIn = builtIn
    for (const name of builtIn.names) {
      const fields = Object.keys(builtIn.measurement(name)?.fields ?? {})
      for (const field of fields) this.#flat.set(flatten(name, field), `${name}.${field}`)
    }
  }

  take(
    name: string,
    { fields }: Measurement,
    path: RuleProblem['path'],
    problems: ProblemList,
  ): void {
    if (this.#builtIn.measurement(name) !== undefined) {
      problems.add(path, {
        zh: `测量项“${name}”由平台自带，站点不能更改或添加字段`,
        en: `"${name}" is one of the platform's own measurements: a site adds nothing to it`,
      })
      return
    }
    if (this.#measurements.has(name)) {
      problems.add(path, {
        zh: `测量项“${name}”已有声明`,
        en: `measurement "${name}" is already declared`,
      })
      return
    }
    this.#measurements.add(name)
    for (const field of Object.keys(fields)) {
      const flat = flatten(name, field)
      const other = this.#flat.get(flat)
      if (other !== undefined)
        problems.add([...path, 'fields', field], {
          zh: `“${name}.${field}”与“${other}”会成为同一个名称 ${flat}`,
          en: `"${name}.${field}" and "${other}" come to one name ${flat}`,
        })
      this.#flat.set(flat, `${name}.${field}`)
    }
  }
}

function flatten(measurement: string, field: string): string {
  return withoutDots(`${measurement}_${field}`)
}

/** As a name of Prometheus must be. */
function withoutDots(name: string): string {
  return name.replaceAll(/[.-]/g, '_')
}

function checkNames(
  named: Readonly<Record<string, unknown>>,
  key: keyof typeof NAMES,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  const pattern = new RegExp(NAMES[key], 'u')
  for (const name of Object.keys(named)) {
    if (pattern.test(name)) continue
    const what = { zh: `“${name}”不能作为名称`, en: `"${name}" is no name here` }
    problems.add([...path, key, name], what, EXPECTED_NAMES[key])
  }
}

const EXPECTED_NAMES: Readonly<Record<keyof typeof NAMES, RuleProblem['what']>> = {
  measurements: {
    zh: '字母、数字与下划线，以字母开头',
    en: 'letters, digits and _, beginning with a letter',
  },
  fields: { zh: '字母、数字、_、. 与 -', en: 'letters, digits, _, . and -' },
  states: { zh: '整数', en: 'a whole number' },
}

function checkTags(
  { identifyingTags, descriptiveTags, fields }: Measurement,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  const seen = new Set<string>()
  /** Tags by the label that they become in Prometheus and Alertmanager: two of one name would make one alert of two. */
  const byLabel = new Map<string, string>()
  for (const [key, tags] of Object.entries({ identifyingTags, descriptiveTags })) {
    tags.forEach((tag, index) => {
      const place = [...path, key, index]
      if (SUBJECT_TAGS.includes(tag))
        problems.add(place, {
          zh: `标签“${tag}”由监控中心添加，无需声明`,
          en: `tag "${tag}" is stamped by the collector`,
        })
      if (seen.has(tag))
        problems.add(place, { zh: `标签“${tag}”重复`, en: `tag "${tag}" is there twice` })
      if (Object.hasOwn(fields, tag))
        problems.add(place, { zh: `“${tag}”既是标签又是字段`, en: `"${tag}" is tag and field` })
      const label = withoutDots(labelOfTag(tag))
      const other = byLabel.get(label)
      if (other !== undefined && other !== tag)
        problems.add(place, {
          zh: `标签“${tag}”与“${other}”会成为同一个标签 ${label}`,
          en: `tags "${tag}" and "${other}" come to one label ${label}`,
        })
      seen.add(tag)
      byLabel.set(label, tag)
    })
  }
}

function checkStates(
  { fields }: Measurement,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  for (const [name, { kind, states, bits }] of Object.entries(fields)) {
    const place = [...path, 'fields', name]
    checkNames(states ?? {}, 'states', place, problems)
    const count = Object.keys(states ?? {}).length
    if (kind === 'state' && count === 0)
      problems.add(place, NO_STATES, {
        zh: 'states: {0: {zh, en}, …}',
        en: 'states: {0: {zh, en}, …}',
      })
    if (kind !== 'state' && states !== undefined) problems.add([...place, 'states'], ONLY_STATE)
    if (kind !== 'counter' && bits !== undefined) problems.add([...place, 'bits'], ONLY_COUNTER)
  }
}

const NO_FIELDS = { zh: '没有任何字段', en: 'there is no field' }
const NO_STATES = { zh: '状态字段没有声明 states', en: 'a field of kind state has no states' }
const ONLY_STATE = { zh: 'states 只用于 kind: state', en: 'states are for kind: state only' }
const ONLY_COUNTER = { zh: 'bits 只用于 kind: counter', en: 'bits is for kind: counter only' }
