import { parseDurationMs } from '@wardround/program'
import type { Unit } from '@wardround/protocol'
import { checkCondition, type RuleMeasurement } from './check-expression.ts'
import { compileCondition, type CellOf, type Test } from './compile-expression.ts'
import type { CompiledLevel, LevelTiming } from './compiled-rule.ts'
import { fieldsOf, type Expression, type FieldNode } from './expression.ts'
import { parseCondition } from './parse-expression.ts'
import type { ProblemList } from './problem-list.ts'
import type { ClearDefinition, LevelDefinition } from './rule-schema.ts'
import type { Severity } from './severity.ts'
import {
  compileThreshold,
  direction,
  isBeyond,
  opposite,
  parseQuantity,
  THRESHOLD_KEYS,
  type Threshold,
  type ThresholdKey,
} from './threshold.ts'
import { canHold, type ValueRange } from './value-range.ts'

/** How long a condition must be clear where the rule doesn't say (thresholds.md B). */
const DEFAULT_CLEAR_MS = 5 * 60_000

/** What a level's texts are read against. */
export interface LevelContext {
  readonly measurement: RuleMeasurement
  readonly unit: Unit
  readonly range: ValueRange
  /** Declared states of a single state field; others can't be equal to anything. */
  readonly states: readonly number[] | undefined
}

/** A level whose texts have been read and found possible. */
export interface ReadLevel {
  readonly timing: LevelTiming
  readonly threshold: Threshold
  /** The threshold with the number of `clear`: a firing alert stays while the value crosses it. */
  readonly kept: Threshold
  readonly and: Expression | undefined
  readonly or: Expression | undefined
}

type Path = readonly (string | number)[]

/** Reads and checks one severity of a rule; undefined when something is wrong with it. */
export function readLevel(
  severity: Severity,
  level: LevelDefinition,
  context: LevelContext,
  path: Path,
  problems: ProblemList,
): ReadLevel | undefined {
  const before = problems.problems.length
  if (level.ping !== undefined) problems.add([...path, 'ping'], PING_ONLY_NO_DATA)
  const threshold = readThreshold(level, context, path, problems)
  const [and, or] = (['and', 'or'] as const).map((key) =>
    readExtra(level[key], context, [...path, key], problems),
  )
  const kept =
    threshold === undefined ? undefined : readKept(level.clear, threshold, context, path, problems)
  if (threshold === undefined || kept === undefined) return undefined
  if (problems.problems.length > before) return undefined
  return { timing: toTiming(severity, level), threshold, kept, and, or }
}

/** `for` and `clear` of a level in numbers. */
export function toTiming(severity: Severity, level: LevelDefinition): LevelTiming {
  const { for: clearFor, samples } = level.clear
  const fallbackMs = samples === undefined ? DEFAULT_CLEAR_MS : 0
  return {
    severity,
    forMs: parseDurationMs(level.for),
    clearForMs: clearFor === undefined ? fallbackMs : parseDurationMs(clearFor),
    clearSamples: samples ?? 1,
  }
}

/** Fields without which a level can't be judged. */
export function neededFields({ and }: ReadLevel): FieldNode[] {
  return and === undefined ? [] : fieldsOf(and)
}

/** Fields of what suffices alone: a point that lacks one is judged by the rest. */
export function optionalFields({ or }: ReadLevel): FieldNode[] {
  return or === undefined ? [] : fieldsOf(or)
}

export function compileLevel(level: ReadLevel, cellOf: CellOf): CompiledLevel {
  const and = level.and === undefined ? undefined : compileCondition(level.and, cellOf)
  const or = level.or === undefined ? undefined : compileCondition(level.or, cellOf)
  return {
    ...level.timing,
    raises: join(compileThreshold(level.threshold), and, or),
    holds: join(compileThreshold(level.kept), and, or),
  }
}

/** The values between which none of the levels is raised, told by their thresholds alone. */
export function calmBetween(levels: readonly ReadLevel[]): { above: number; below: number } {
  let above = -Infinity
  let below = Infinity
  for (const { threshold, or } of levels) {
    const side = direction(threshold)
    if (side === 0 || or !== undefined) return { above: NaN, below: NaN }
    if (side === 1) below = Math.min(below, threshold.bound)
    else above = Math.max(above, threshold.bound)
  }
  return { above, below }
}

/** (crossed and `and`) or `or`. */
function join(
  crossed: (value: number) => boolean,
  and: Test | undefined,
  or: Test | undefined,
): CompiledLevel['raises'] {
  if (and === undefined && or === undefined) return crossed
  return (value, cells, base) =>
    (crossed(value) && (and === undefined || and(cells, base))) ||
    (or !== undefined && or(cells, base))
}

function readThreshold(
  level: LevelDefinition,
  context: LevelContext,
  path: Path,
  problems: ProblemList,
): Threshold | undefined {
  const keys = writtenKeys(level)
  const [key] = keys
  if (key === undefined || keys.length > 1) {
    problems.add(
      path,
      { zh: `有 ${keys.length} 个阈值条件`, en: `there are ${keys.length} thresholds` },
      {
        zh: `恰好一个：${Object.keys(THRESHOLD_KEYS).join('、')}`,
        en: `exactly one of ${Object.keys(THRESHOLD_KEYS).join(', ')}`,
      },
    )
    return undefined
  }
  const threshold = readBound(level, key, context.unit, path, problems)
  if (threshold === undefined) return undefined
  if (!isPossible(threshold, context)) {
    problems.add([...path, key], IMPOSSIBLE, describeRange(context))
    return undefined
  }
  return threshold
}

function writtenKeys(level: LevelDefinition | ClearDefinition): ThresholdKey[] {
  const written = level as Partial<Record<ThresholdKey, unknown>>
  return keysOf(THRESHOLD_KEYS).filter((key) => written[key] !== undefined)
}

function keysOf<T extends object>(object: T): (keyof T)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal object of our own
  return Object.keys(object) as (keyof T)[]
}

function readBound(
  level: LevelDefinition | ClearDefinition,
  key: ThresholdKey,
  unit: Unit,
  path: Path,
  problems: ProblemList,
): Threshold | undefined {
  const written = (level as Partial<Record<ThresholdKey, number | string>>)[key]
  if (written === undefined) return undefined
  const bound = problems.attempt([...path, key], () => parseQuantity(written, unit))
  return bound === undefined ? undefined : { comparison: THRESHOLD_KEYS[key], bound }
}

const IMPOSSIBLE = { zh: '这个条件永远不成立', en: 'this condition can never hold' }

function isPossible({ comparison, bound }: Threshold, { range, states }: LevelContext): boolean {
  if (comparison === '==' && states !== undefined) return states.includes(bound)
  return canHold(range, comparison, bound)
}

function describeRange({ range, states }: LevelContext): { zh: string; en: string } {
  if (states !== undefined)
    return { zh: `状态值之一：${states.join('、')}`, en: `one of the states ${states.join(', ')}` }
  return {
    zh: `${range.low} 到 ${range.high} 之间的数`,
    en: `a number from ${range.low} to ${range.high}`,
  }
}

function readExtra(
  text: string | undefined,
  { measurement }: LevelContext,
  path: Path,
  problems: ProblemList,
): Expression | undefined {
  if (text === undefined) return undefined
  return problems.attempt(path, () => {
    const node = parseCondition(text)
    checkCondition(node, measurement)
    return node
  })
}

/** The threshold that keeps an alert firing, from `clear`; undefined when it can't hold. */
function readKept(
  clear: ClearDefinition,
  threshold: Threshold,
  context: LevelContext,
  levelPath: Path,
  problems: ProblemList,
): Threshold | undefined {
  const path = [...levelPath, 'clear']
  const [key, ...more] = writtenKeys(clear)
  if (clear.heartbeats !== undefined) problems.add([...path, 'heartbeats'], ONLY_NO_DATA)
  if (key === undefined) return threshold
  const cleared = readBound(clear, key, context.unit, path, problems)
  if (cleared === undefined) return undefined
  const kept = opposite(cleared)
  const side = direction(threshold)
  if (more.length > 0 || side === 0 || direction(cleared) !== -side) {
    problems.add(
      path,
      { zh: 'clear 的方向与条件不相反', en: 'clear is not on the other side of the condition' },
      side === 0
        ? { zh: '只有 for 或 samples', en: 'for or samples alone' }
        : {
            zh: `恰好一个：${side === 1 ? 'below、atMost' : 'above、atLeast'}`,
            en: `exactly one of ${side === 1 ? 'below, atMost' : 'above, atLeast'}`,
          },
    )
    return undefined
  }
  if (isBeyond(kept, threshold) || !canHold(context.range, cleared.comparison, cleared.bound)) {
    problems.add(
      [...path, key],
      { zh: '告警永远无法按此恢复，或恢复时条件仍成立', en: "this clear can't hold" },
      {
        zh: '条件阈值之外、取值范围之内的数',
        en: "a number on the far side of the condition's and within the range",
      },
    )
    return undefined
  }
  return kept
}

const PING_ONLY_NO_DATA = {
  zh: 'ping 只用于 noData 规则',
  en: 'ping is for noData rules only',
}

const ONLY_NO_DATA = {
  zh: 'heartbeats 只用于 noData 规则',
  en: 'heartbeats is for noData rules only',
}
