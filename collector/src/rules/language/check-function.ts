import type { FieldDeclaration, LocalizedText, MetricKind, Unit } from '@wardround/protocol'
import type { FunctionName, FunctionNode, NumberNode } from './expression.ts'
import { intervalOf } from '../catalogue.ts'
import { NO_CROSSING_SECONDS } from '../windows/point-function.ts'
import { declarationOf, type RuleMeasurement } from './rule-measurement.ts'
import { RuleTextError } from '../rule-problem.ts'
import { canHold, describeRange, fieldRange, type ValueRange } from './value-range.ts'

const MAX_WINDOW_MS = 31 * 86_400_000

const GAUGE: readonly MetricKind[] = ['gauge']
const LEVEL: readonly MetricKind[] = ['gauge', 'state']

/** What each function can be of. */
const KINDS: Readonly<Record<FunctionName, readonly MetricKind[]>> = {
  rate: ['counter'],
  increase: ['counter'],
  delta: GAUGE,
  avg: GAUGE,
  min: LEVEL,
  max: LEVEL,
  timeTo: GAUGE,
  baseline: GAUGE,
}

/** What a counter's unit becomes a second; others have no name. */
const PER_SECOND: Partial<Readonly<Record<Unit, Unit>>> = {
  count: 'per_second',
  bytes: 'bytes_per_second',
  seconds: 'ratio',
}

/** What a difference of two values is in, where it is not in the unit of both. */
const DIFFERENCE: Partial<Readonly<Record<Unit, Unit>>> = {
  boolean: 'count',
  timestamp_seconds: 'seconds',
}

/**
 * The unit of what a function gives; undefined where it has no name (milliseconds of a counter, a second).
 * @throws RuleTextError where it can't be of this field, or its window or limit can't be
 */
export function functionUnit(node: FunctionNode, measurement: RuleMeasurement): Unit | undefined {
  const declaration = declarationOf(node.field, measurement)
  checkWindow(node, measurement)
  if (measurement.facts.undeclared === true) return node.name === 'timeTo' ? 'seconds' : undefined
  checkKind(node, declaration)
  const { unit } = declaration
  switch (node.name) {
    case 'rate':
      return PER_SECOND[unit]
    case 'delta':
      return DIFFERENCE[unit] ?? unit
    case 'avg':
    case 'baseline':
      return unit === 'boolean' ? 'ratio' : unit
    case 'timeTo':
      checkLimit(node, declaration, measurement)
      return 'seconds'
    case 'increase':
    case 'min':
    case 'max':
      return unit
  }
}

/** What a function can give. */
export function functionRange(node: FunctionNode, measurement: RuleMeasurement): ValueRange {
  if (node.name === 'rate' || node.name === 'increase') return { low: 0, high: Infinity }
  if (node.name === 'timeTo') return { low: 0, high: NO_CROSSING_SECONDS }
  const range = fieldRange(node.field.field, declarationOf(node.field, measurement))
  if (node.name !== 'delta') return range
  return { low: range.low - range.high, high: range.high - range.low }
}

/** timeTo's limit in the unit of its field. */
export function limitValue(
  { value, unit }: NumberNode,
  { unit: wanted }: FieldDeclaration,
): number {
  return unit === 'seconds' && wanted === 'milliseconds' ? value * 1000 : value
}

function checkKind({ name, field }: FunctionNode, { kind }: FieldDeclaration): void {
  if (KINDS[name].includes(kind)) return
  const isRising = kind === 'counter'
  throw new RuleTextError(
    field.at,
    {
      zh: `${name} 不能用于“${field.field}”：它是${KIND_NAMES[kind].zh}`,
      en: `${name} can't be of "${field.field}", which is a ${KIND_NAMES[kind].en}`,
    },
    isRising
      ? { zh: 'rate 或 increase', en: 'rate or increase' }
      : KINDS[name] === LEVEL || name === 'rate' || name === 'increase'
        ? { zh: `用于${listKinds(name).zh}`, en: `it is for a ${listKinds(name).en}` }
        : { zh: '用于瞬时值；状态可用 min、max', en: 'it is for a gauge; of a state min and max' },
  )
}

const KIND_NAMES: Readonly<Record<MetricKind, LocalizedText>> = {
  gauge: { zh: '瞬时值（gauge）', en: 'gauge' },
  counter: { zh: '计数器（counter）', en: 'counter' },
  state: { zh: '状态（state）', en: 'state' },
}

function listKinds(name: FunctionName): LocalizedText {
  const kinds = KINDS[name].map((kind) => KIND_NAMES[kind])
  return { zh: kinds.map(({ zh }) => zh).join('或'), en: kinds.map(({ en }) => en).join(' or ') }
}

function checkWindow(
  { name, at, field, windowMs }: FunctionNode,
  { facts }: RuleMeasurement,
): void {
  if (windowMs === undefined) return
  const everySeconds = intervalOf(facts, [field.field])
  // A trend needs some points; what else looks back needs two samples.
  const leastSeconds = everySeconds * (name === 'timeTo' ? 24 : 2)
  if (windowMs >= leastSeconds * 1000 && windowMs <= MAX_WINDOW_MS) return
  throw new RuleTextError(
    at,
    {
      zh: `${name} 的时间窗口为 ${windowMs / 1000} 秒，而该字段每 ${everySeconds} 秒才有一个样本`,
      en: `the window of ${name} is ${windowMs / 1000} s, of a field that comes every ${everySeconds} s`,
    },
    {
      zh: `${leastSeconds} 秒到 31 天`,
      en: `${leastSeconds} s to 31 d`,
    },
  )
}

function checkLimit(
  { field, limit }: FunctionNode,
  declaration: FieldDeclaration,
  measurement: RuleMeasurement,
): void {
  if (limit === undefined) return
  const unit = limit.kind === 'field' ? declarationOf(limit, measurement).unit : limit.unit
  const isTime =
    unit === 'seconds' && declaration.unit === 'milliseconds' && limit.kind === 'number'
  if (unit !== undefined && unit !== declaration.unit && !isTime) {
    throw new RuleTextError(
      limit.at,
      {
        zh: `要到达的值单位是 ${unit}，“${field.field}”的单位是 ${declaration.unit}`,
        en: `what is to be reached is in ${unit}, "${field.field}" in ${declaration.unit}`,
      },
      {
        zh: `单位为 ${declaration.unit} 的数字或字段`,
        en: `a number or field in ${declaration.unit}`,
      },
    )
  }
  if (limit.kind === 'field') return
  const range = fieldRange(field.field, declaration)
  if (canHold(range, '==', limitValue(limit, declaration))) return
  throw new RuleTextError(
    limit.at,
    {
      zh: `“${field.field}”永远到不了这个值`,
      en: `"${field.field}" can never reach this`,
    },
    describeRange(range),
  )
}
