// What rules cost per incoming sample: batches of 400 samples of one host go through the engine with 100 rules per host, as they do on the
// collector's main thread; and 10,000 series under 300 rules, without functions and with one in every third rule. The first interval, in which series
// are bound to rules, is told apart, and so is the first window of functions, which fills. Median of rounds.
import type { AcceptedBatch } from '../../collector/src/accepted-batch.ts'
import type { Catalogue } from '../../collector/src/rules/catalogue.ts'
import { compileRules } from '../../collector/src/rules/compile-rules.ts'
import type { RuleSet } from '../../collector/src/rules/compiled-rule.ts'
import { RuleEngine } from '../../collector/src/rules/engine.ts'
import type { HistoryNeed, PointHistory } from '../../collector/src/rules/history.ts'
import type { RuleDefinition } from '../../collector/src/rules/rule-schema.ts'
import { SeriesTable, type FieldDeclaration, type Shape } from '../../protocol/src/index.ts'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { median, printTable } from './table.ts'

const ROUNDS = 7
const EVERY_MS = 10_000

/** What one row of the table measures. */
interface Setting {
  readonly hosts: number
  readonly intervals: number
  readonly rules: number
  /** Rules of this many have a function. */
  readonly functionEvery: number
  /** Whether every point is watched for. */
  readonly missing?: boolean
}

const SITE = { hosts: 200, intervals: 30 } as const
/** 10,000 series, and long enough for windows of ten minutes to be full and to move on. */
const FUNCTIONS = { hosts: 25, intervals: 120, rules: 300 } as const
const SETTINGS: readonly Setting[] = [
  { ...SITE, rules: 0, functionEvery: Infinity },
  { ...SITE, rules: 12, functionEvery: Infinity },
  { ...SITE, rules: 100, functionEvery: Infinity },
  { ...SITE, rules: 100, functionEvery: Infinity, missing: true },
  { ...FUNCTIONS, functionEvery: Infinity },
  { ...FUNCTIONS, functionEvery: 3 },
]
const NEVER = 1e30
const NEVER_REACHED = '1000000000000000000000000000000'
/** Intervals that are no longer told apart: windows are full. */
const SETTLED_AFTER = 60

/** A catalogue in which every tag identifies. */
function catalogueOf(shapes: readonly Shape[]): Catalogue {
  const measurements = new Map<
    string,
    { tags: Set<string>; fields: Record<string, FieldDeclaration> }
  >()
  for (const { measurement, tags, field, kind } of shapes) {
    const known = measurements.get(measurement) ?? { tags: new Set<string>(), fields: {} }
    for (const [tag] of tags) known.tags.add(tag)
    known.fields[field] = { kind, unit: 'count', precision: 1, help: { zh: '', en: '' } }
    measurements.set(measurement, known)
  }
  return {
    names: [...measurements.keys()],
    measurement(name) {
      const known = measurements.get(name)
      return (
        known && {
          identifyingTags: [...known.tags],
          descriptiveTags: [],
          fields: known.fields,
          intervals: Object.fromEntries(Object.keys(known.fields).map((field) => [field, 10])),
        }
      )
    },
  }
}

/** A rule with one instance per host: two severities, one in three with arithmetic, one in five with a joined condition. */
function ruleOf(shape: Shape, index: number, functionEvery: number): RuleDefinition {
  const field = `${shape.measurement}.${/^\w+$/.test(shape.field) ? shape.field : `'${shape.field}'`}`
  const watched = index % functionEvery === 0 ? callOf(shape, field, index / functionEvery) : field
  const joined = index % 5 === 0 ? { and: `${field} > 0` } : {}
  const isComputed = index % 3 === 1
  return {
    id: `rule_${index}`,
    name: { zh: 'x', en: 'x' },
    value: isComputed ? `${watched} / 2 + 100` : watched,
    ...(isComputed ? { unit: 'count' as const } : {}),
    where: Object.fromEntries(shape.tags),
    ...levelsOf(watched, joined),
    summary: { zh: 'x', en: 'x' },
    clauses: [],
    numbers: 'platform',
    own: false,
    overrides: [],
    minimal: false,
  }
}

/** Every point of the host is watched for. */
function missingRules(): RuleDefinition[] {
  const measurements = [...new Set(HOST_SHAPES.map(({ measurement }) => measurement))]
  return measurements.map((measurement, index) => ({
    id: `missing_${index}`,
    name: { zh: 'x', en: 'x' },
    noData: measurement,
    where: {},
    warning: { for: '5m', clear: {} },
    summary: { zh: 'x', en: 'x' },
    clauses: [],
    numbers: 'platform',
    own: false,
    minimal: false,
    overrides: [],
  }))
}

/** Out of reach: a bench host in alarm all the time would be no host. */
function levelsOf(watched: string, joined: { readonly and?: string }) {
  if (watched.startsWith('timeTo')) {
    return {
      warning: { below: 2, for: '5m', clear: { above: 4 } },
      critical: { below: 1, for: '5m', clear: { above: 2 } },
    }
  }
  return {
    warning: { above: NEVER, for: '5m', clear: { below: 0.9 * NEVER }, ...joined },
    critical: { above: 2 * NEVER, for: '5m', clear: { below: 1.8 * NEVER }, ...joined },
  }
}

/** The functions that a pack has, in turn. */
function callOf({ kind }: Shape, field: string, index: number): string {
  const calls =
    kind === 'counter'
      ? [`rate(${field})`, `increase(${field}, 10m)`, `rate(${field}, 5m)`]
      : kind === 'gauge'
        ? [`avg(${field}, 10m)`, `delta(${field}, 10m)`, `timeTo(${field}, ${NEVER_REACHED}, 24h)`]
        : [`max(${field}, 10m)`, `min(${field}, 10m)`]
  return calls[index % calls.length] ?? field
}

function benchRules({ rules: count, functionEvery, missing }: Setting): RuleSet {
  const every = HOST_SHAPES.length / count
  const chosen = Array.from({ length: count }, (_, index) => HOST_SHAPES[Math.floor(index * every)])
  const rules = chosen.flatMap((shape, index) =>
    shape === undefined ? [] : [ruleOf(shape, index, functionEvery)],
  )
  if (missing === true) rules.push(...missingRules())
  const compiled = compileRules([{ file: 'bench', value: { rules } }], {
    catalogue: catalogueOf(HOST_SHAPES),
    clauses: new Map(),
    checkRegex: () => undefined,
  })
  if (compiled.rules === undefined) throw new Error(JSON.stringify(compiled.problems, null, 1))
  return compiled.rules
}

/** What arrives: by interval, one batch of each host. */
function arrivals({ hosts, intervals }: Setting) {
  const table = new SeriesTable()
  const batches: AcceptedBatch[][] = []
  for (const { host, timeMs, values } of hostIntervals({ hosts, intervals })) {
    const subject = hostName(host)
    const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
    const last = batches.at(-1)
    const interval = last === undefined || last.length === hosts ? [] : last
    if (interval !== last) batches.push(interval)
    interval.push({
      agent: subject,
      id: { epoch: '0123456789abcdef', sequence: batches.length },
      receivedAtMs: timeMs,
      late: false,
      clockErrorMs: 0,
      clockCorrected: false,
      batch: { blocks: [{ subject, timeMs, series, values }], events: [], documents: [] },
    })
  }
  return { table, batches }
}

/** What a store would know of a day's window, so that trends have their points; shorter windows fill by themselves. */
function pastOf(need: HistoryNeed, batches: readonly (readonly AcceptedBatch[])[]): PointHistory[] {
  if (need.windowMs < 86_400_000) return []
  const { measurement, field, stepMs, windowMs } = need
  const first = batches[0] ?? []
  const nowMs = first[0]?.receivedAtMs ?? 0
  const steps = Math.floor(windowMs / stepMs)
  const points = {
    times: Float64Array.from({ length: steps }, (_, step) => nowMs - (steps - step) * stepMs),
    values: Float64Array.from({ length: steps }, (_, step) => 1e6 + step),
    counts: new Float64Array(steps).fill(1),
  }
  const shapes = HOST_SHAPES.filter(
    (shape) => shape.measurement === measurement && shape.field === field,
  )
  return first.flatMap(({ agent }) =>
    shapes.map(({ tags }) => ({ tags: { host: agent, ...Object.fromEntries(tags) }, points })),
  )
}

/** CPU of one round: ns per sample of the first interval, of those in which windows fill, and of those after. */
function measure(rules: RuleSet, { table, batches }: ReturnType<typeof arrivals>) {
  const engine = new RuleEngine({ rules, directory: table, subjectLabels: () => ({}) })
  for (const need of engine.historyNeeds()) engine.fillHistory(need, pastOf(need, batches), 0)
  const spent = batches.map((interval, index) => {
    const before = process.cpuUsage()
    for (const batch of interval) {
      if (engine.accept(batch, index * EVERY_MS).length > 0) throw new Error('a bench rule fired')
    }
    const { user, system } = process.cpuUsage(before)
    return ((user + system) * 1000) / (interval.length * HOST_SHAPES.length)
  })
  const [first = NaN, ...later] = spent
  const settled = later.length > SETTLED_AFTER ? later.slice(SETTLED_AFTER) : later
  return { first, ns: mean(settled), filling: mean(later.slice(0, SETTLED_AFTER)), engine }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}

const rows = SETTINGS.map((setting) => {
  const rules = benchRules(setting)
  const arriving = arrivals(setting)
  const rounds = Array.from({ length: ROUNDS }, () => measure(rules, arriving)).slice(1)
  const { functionEvery, hosts } = setting
  return {
    'rules per host': setting.rules,
    'missing points': setting.missing === true ? 'all watched' : '',
    'with a function': Math.ceil(setting.rules / functionEvery),
    hosts,
    series: hosts * HOST_SHAPES.length,
    'ns per sample': median(rounds.map(({ ns }) => ns)),
    'while windows fill': median(rounds.map(({ filling }) => filling)),
    'first interval, ns per sample': median(rounds.map(({ first }) => first)),
    'windows, MB': Math.max(...rounds.map(({ engine }) => engine.windowBytes)) / 1e6,
  }
})
printTable('Rules', rows)
