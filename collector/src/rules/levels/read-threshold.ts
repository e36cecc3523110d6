import type { LocalizedText, Unit } from '@wardround/protocol'
import { formatValue } from '../texts/format-value.ts'
import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'
import type { ClearDefinition, LevelDefinition } from '../rule-schema.ts'
import {
  direction,
  isBeyond,
  isStateSet,
  opposite,
  parseQuantity,
  THRESHOLD_KEYS,
  type Bound,
  type StateSet,
  type Threshold,
  type ThresholdKey,
} from './threshold.ts'
import { canHold, describeRange, type ValueRange } from '../language/value-range.ts'

/** What a level's number is read against. */
export interface ThresholdContext {
  readonly unit: Unit
  readonly range: ValueRange
  /** Declared states of a single state field; others can't be equal to anything. */
  readonly states: readonly number[] | undefined
}

type Path = RuleProblem['path']

const STATE_KEYS = ['in', 'notIn'] as const

/** Reads what a level compares the value with; undefined when something is wrong with it. */
export function readThreshold(
  level: LevelDefinition,
  context: ThresholdContext,
  path: Path,
  problems: ProblemList,
): Threshold | undefined {
  const keys = [...writtenKeys(level), ...STATE_KEYS.filter((key) => level[key] !== undefined)]
  const [key] = keys
  if (key === undefined || keys.length > 1) {
    const names = [...Object.keys(THRESHOLD_KEYS), ...STATE_KEYS]
    problems.add(
      path,
      { zh: `有 ${keys.length} 个阈值条件`, en: `there are ${keys.length} thresholds` },
      { zh: `恰好一个：${names.join('、')}`, en: `exactly one of ${names.join(', ')}` },
    )
    return undefined
  }
  if (key === 'in' || key === 'notIn')
    return readStates(key, level[key] ?? [], context, [...path, key], problems)
  const threshold = readBound(level, key, context.unit, path, problems)
  if (threshold === undefined) return undefined
  if (!isPossible(threshold, context)) {
    problems.add([...path, key], IMPOSSIBLE, expectedOf(context))
    return undefined
  }
  return threshold
}

/** The threshold that keeps an alert firing, from `clear`; undefined when it can't hold. */
export function readKept(
  clear: ClearDefinition,
  threshold: Threshold,
  context: ThresholdContext,
  path: Path,
  problems: ProblemList,
): Threshold | undefined {
  const [key, ...more] = writtenKeys(clear)
  if (key === undefined) return threshold
  const cleared = readBound(clear, key, context.unit, path, problems)
  if (cleared === undefined) return undefined
  const kept = opposite(cleared)
  const side = direction(threshold)
  if (isStateSet(threshold) || side === 0) {
    problems.add([...path, key], NO_SIDES, {
      zh: '只有 for 或 samples',
      en: 'for or samples alone',
    })
    return undefined
  }
  if (more.length > 0 || direction(cleared) !== -side) {
    problems.add(
      path,
      { zh: 'clear 的方向与条件不相反', en: 'clear is not on the other side of the condition' },
      {
        zh: `恰好一个：${side === 1 ? 'below、atMost' : 'above、atLeast'}`,
        en: `exactly one of ${side === 1 ? 'below, atMost' : 'above, atLeast'}`,
      },
    )
    return undefined
  }
  if (!canHold(context.range, cleared.comparison, cleared.bound)) {
    problems.add([...path, key], NEVER_CLEAR, describeRange(context.range))
    return undefined
  }
  if (isBeyond(kept, threshold)) {
    problems.add([...path, key], CLEAR_WITHIN, describeFarSide(threshold, context))
    return undefined
  }
  return kept
}

/** The numbers at which the condition no longer holds: `不大于 95% 的数`. */
function describeFarSide(
  { comparison, bound }: Bound,
  { unit }: Pick<ThresholdContext, 'unit'>,
): LocalizedText {
  const { zh, en } = formatValue(bound, unit)
  const isUpper = comparison === '>' || comparison === '>='
  return isUpper
    ? { zh: `不大于 ${zh} 的数`, en: `${en} or less` }
    : { zh: `不小于 ${zh} 的数`, en: `${en} or more` }
}

function writtenKeys(level: LevelDefinition | ClearDefinition): ThresholdKey[] {
  const written = level as Partial<Record<ThresholdKey, unknown>>
  return keysOf(THRESHOLD_KEYS).filter((key) => written[key] !== undefined)
}

function keysOf<T extends object>(object: T): (keyof T)[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a literal object of our own
  return Object.keys(object) as (keyof T)[]
}

/** Every state must be declared, and some state must raise the level and some end it. */
function readStates(
  comparison: StateSet['comparison'],
  states: readonly number[],
  { states: declared }: ThresholdContext,
  path: Path,
  problems: ProblemList,
): StateSet | undefined {
  if (declared === undefined) {
    problems.add(path, NO_STATES, {
      zh: '单个状态字段；其他值用 above、equals 等',
      en: 'a single field of states; above, equals and so on for others',
    })
    return undefined
  }
  const expected = describeStates(declared)
  const unknown = states.findIndex((state) => !declared.includes(state))
  if (unknown >= 0) {
    const what = {
      zh: `没有声明状态 ${states[unknown]}`,
      en: `state ${states[unknown]} is not declared`,
    }
    problems.add([...path, unknown], what, expected)
    return undefined
  }
  if (declared.every((state) => states.includes(state))) {
    problems.add(path, comparison === 'in' ? ALWAYS : IMPOSSIBLE, {
      zh: `不是全部状态（${declared.join('、')}）`,
      en: `not all of the states (${declared.join(', ')})`,
    })
    return undefined
  }
  return { comparison, states }
}

function readBound(
  level: LevelDefinition | ClearDefinition,
  key: ThresholdKey,
  unit: Unit,
  path: Path,
  problems: ProblemList,
): Bound | undefined {
  const written = (level as Partial<Record<ThresholdKey, number | string>>)[key]
  if (written === undefined) return undefined
  const bound = problems.attempt([...path, key], () => parseQuantity(written, unit))
  return bound === undefined ? undefined : { comparison: THRESHOLD_KEYS[key], bound }
}

const NO_SIDES = {
  zh: '条件不比较大小（in、notIn、equals、notEquals），clear 不能写数值',
  en: 'the condition has no sides (in, notIn, equals, notEquals): clear can have no number',
}
const NEVER_CLEAR = {
  zh: 'clear 的数超出取值范围，告警永远无法恢复',
  en: "this clear can't hold: no value ever gets there",
}
const CLEAR_WITHIN = {
  zh: 'clear 的数还在告警条件之内，恢复时条件仍成立',
  en: "this clear can't hold: the condition still holds there",
}
const IMPOSSIBLE = { zh: '这个条件永远不成立', en: 'this condition can never hold' }
const ALWAYS = { zh: '这个条件永远成立，告警不会恢复', en: 'this condition always holds' }
const NO_STATES = { zh: '这个值没有声明的状态', en: 'this value has no declared states' }

function isPossible({ comparison, bound }: Bound, { range, states }: ThresholdContext): boolean {
  if (comparison === '==' && states !== undefined) return states.includes(bound)
  return canHold(range, comparison, bound)
}

function expectedOf({ range, states }: ThresholdContext): LocalizedText {
  return states === undefined ? describeRange(range) : describeStates(states)
}

function describeStates(states: readonly number[]): LocalizedText {
  return { zh: `状态值之一：${states.join('、')}`, en: `one of the states ${states.join(', ')}` }
}
