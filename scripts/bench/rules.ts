// What rules cost per incoming sample: batches of 400 samples of one host go through the engine with 100 rules per host, as they do on the
// collector's main thread. The first interval, in which series are bound to rules, is told apart. Median of rounds; memory by the engine alone.
import type { AcceptedBatch } from '../../collector/src/accepted-batch.ts'
import type { Catalogue } from '../../collector/src/rules/catalogue.ts'
import { compileRules } from '../../collector/src/rules/compile-rules.ts'
import type { RuleSet } from '../../collector/src/rules/compiled-rule.ts'
import { RuleEngine } from '../../collector/src/rules/engine.ts'
import type { RuleDefinition } from '../../collector/src/rules/rule-schema.ts'
import { SeriesTable, type FieldDeclaration, type Shape } from '../../protocol/src/index.ts'
import { HOST_SHAPES, hostIntervals, hostName } from './host-data.ts'
import { median, printTable } from './table.ts'

const RULES = 100
const HOSTS = 200
const INTERVALS = 30
const ROUNDS = 7

const FIELD: FieldDeclaration = {
  kind: 'gauge',
  unit: 'count',
  precision: 1,
  help: { zh: '', en: '' },
}

/** A catalogue in which every tag identifies. */
function catalogueOf(shapes: readonly Shape[]): Catalogue {
  const measurements = new Map<
    string,
    { tags: Set<string>; fields: Record<string, FieldDeclaration> }
  >()
  for (const { measurement, tags, field } of shapes) {
    const known = measurements.get(measurement) ?? { tags: new Set<string>(), fields: {} }
    for (const [tag] of tags) known.tags.add(tag)
    known.fields[field] = FIELD
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
          everySeconds: 10,
        }
      )
    },
  }
}

/** A rule with one instance per host: two severities, one in three with arithmetic, one in five with a joined condition. */
function ruleOf(shape: Shape, index: number): RuleDefinition {
  const field = `${shape.measurement}.${/^\w+$/.test(shape.field) ? shape.field : `'${shape.field}'`}`
  const joined = index % 5 === 0 ? { and: `${field} > 0` } : {}
  return {
    id: `rule_${index}`,
    name: { zh: 'x', en: 'x' },
    value: index % 3 === 0 ? `${field} / 2 + 100` : field,
    where: Object.fromEntries(shape.tags),
    unit: 'count',
    // Out of reach: a bench host in alarm all the time would be no host.
    warning: { above: 1e15, for: '5m', clear: { below: 0.9e15 }, ...joined },
    critical: { above: 2e15, for: '5m', clear: { below: 1.8e15 }, ...joined },
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

function benchRules(count: number, withMissing: boolean): RuleSet {
  const every = HOST_SHAPES.length / count
  const chosen = Array.from({ length: count }, (_, index) => HOST_SHAPES[Math.floor(index * every)])
  const rules = chosen.flatMap((shape, index) =>
    shape === undefined ? [] : [ruleOf(shape, index)],
  )
  if (withMissing) rules.push(...missingRules())
  const compiled = compileRules([{ file: 'bench', value: { rules } }], {
    catalogue: catalogueOf(HOST_SHAPES),
    clauses: new Map(),
    checkRegex: () => undefined,
  })
  if (compiled.rules === undefined) throw new Error(JSON.stringify(compiled.problems, null, 1))
  return compiled.rules
}

const table = new SeriesTable()
const batches: AcceptedBatch[][] = []
for (const { host, timeMs, values } of hostIntervals({ hosts: HOSTS, intervals: INTERVALS })) {
  const subject = hostName(host)
  const series = Uint32Array.from(HOST_SHAPES, (shape) => table.intern({ subject, ...shape }))
  const last = batches.at(-1)
  const interval = last === undefined || last.length === HOSTS ? [] : last
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

/** CPU of one round: ns per sample of the first interval, and of those after it. */
function measure(rules: RuleSet): { readonly firstNs: number; readonly ns: number } {
  const engine = new RuleEngine({ rules, directory: table, subjectLabels: () => ({}) })
  const spent = batches.map((interval, index) => {
    const before = process.cpuUsage()
    for (const batch of interval) {
      if (engine.accept(batch, index * 10_000).length > 0) throw new Error('a bench rule fired')
    }
    const { user, system } = process.cpuUsage(before)
    return (user + system) * 1000
  })
  const samples = HOSTS * HOST_SHAPES.length
  const [first = NaN, ...later] = spent
  return {
    firstNs: first / samples,
    ns: later.reduce((sum, one) => sum + one, 0) / (later.length * samples),
  }
}

const cases = [0, 12, RULES].map((count) => ({ count, withMissing: false }))
const rows = [...cases, { count: RULES, withMissing: true }].map(({ count, withMissing }) => {
  const rules = benchRules(count, withMissing)
  const rounds = Array.from({ length: ROUNDS }, () => measure(rules)).slice(1)
  return {
    'rules per host': count,
    'missing points': withMissing ? 'all watched' : '',
    hosts: HOSTS,
    'series per host': HOST_SHAPES.length,
    'ns per sample': median(rounds.map(({ ns }) => ns)),
    'first interval, ns per sample': median(rounds.map(({ firstNs }) => firstNs)),
  }
})
printTable('Rules', rows)
