import { parseDurationMs } from '@wardround/program'
import { checkCondition } from '../language/check-expression.ts'
import type { LevelTiming } from '../compiled-rule.ts'
import type { Expression } from '../language/expression.ts'
import type { OneProbe } from '../language/one-probe.ts'
import { parseCondition } from '../language/parse-expression.ts'
import type { ProblemList } from '../problem-list.ts'
import type { RuleMeasurement } from '../language/rule-measurement.ts'
import type { LevelDefinition, RuleDefinition } from '../rule-schema.ts'
import type { Severity } from '../severity.ts'
import { checkTogether } from './check-together.ts'
import { readKept, readThreshold, type ThresholdContext } from './read-threshold.ts'
import type { Threshold } from './threshold.ts'

/** How long a condition must be clear where the rule doesn't say (thresholds.md B). */
export const DEFAULT_CLEAR_MS = 5 * 60_000

/** What a level's texts are read against. */
export interface LevelContext extends ThresholdContext {
  readonly measurement: RuleMeasurement
  /** What the threshold is compared with. */
  readonly value: Expression
  /** The probe whose fields the rule has read so far. */
  readonly probe: OneProbe
  /** `keepFiringFor` of the rule. */
  readonly keepMs: number
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
  if (level.window !== undefined) problems.add([...path, 'window'], WINDOW_ONLY_EVENTS)
  const threshold = readThreshold(level, context, path, problems)
  const [and, or] = (['and', 'or'] as const).map((key) =>
    readExtra(level[key], context, [...path, key], problems),
  )
  const kept =
    threshold === undefined
      ? undefined
      : readKept(level.clear, threshold, context, [...path, 'clear'], problems)
  if (level.clear.heartbeats !== undefined)
    problems.add([...path, 'clear', 'heartbeats'], ONLY_NO_DATA)
  checkSamples(level, path, problems)
  if (threshold === undefined || kept === undefined) return undefined
  checkTogether(threshold, { and, or }, context, path, problems)
  if (problems.problems.length > before) return undefined
  return { timing: toTiming(severity, level, context.keepMs), threshold, kept, and, or }
}

/** `for`, `samples` and `clear` of a level in numbers. */
export function toTiming(severity: Severity, level: LevelDefinition, keepMs: number): LevelTiming {
  const { for: clearFor, samples } = level.clear
  const fallbackMs = samples === undefined ? DEFAULT_CLEAR_MS : 0
  return {
    severity,
    forMs: parseDurationMs(level.for),
    samples: level.samples,
    keepMs,
    clearForMs: clearFor === undefined ? fallbackMs : parseDurationMs(clearFor),
    clearSamples: samples ?? 1,
  }
}

/** `keepFiringFor` of a rule; 0 where it says nothing. */
export function keepMsOf({ keepFiringFor }: Pick<RuleDefinition, 'keepFiringFor'>): number {
  return keepFiringFor === undefined ? 0 : parseDurationMs(keepFiringFor)
}

function checkSamples(
  { samples, for: duration }: LevelDefinition,
  path: Path,
  problems: ProblemList,
): void {
  if (samples === undefined) return
  if (samples.need > samples.of)
    problems.add([...path, 'samples', 'need'], MORE_THAN_ALL, {
      zh: `不大于 of（${samples.of}）`,
      en: `no more than \`of\` (${samples.of})`,
    })
  if (parseDurationMs(duration) > 0) problems.add([...path, 'samples'], NOT_WITH_FOR)
}

function readExtra(
  text: string | undefined,
  { measurement, probe }: LevelContext,
  path: Path,
  problems: ProblemList,
): Expression | undefined {
  if (text === undefined) return undefined
  return problems.attempt(path, () => {
    const node = parseCondition(text)
    checkCondition(node, measurement)
    probe.take(node)
    return node
  })
}

const MORE_THAN_ALL = {
  zh: '需要的次数多于所看的次数，永远不成立',
  en: 'more samples are needed than are looked at: it can never hold',
}
const NOT_WITH_FOR = { zh: 'samples 与 for 不能同用', en: "samples doesn't go with for" }

const WINDOW_ONLY_EVENTS = {
  zh: 'window 只用于 event 规则',
  en: 'window is for event rules only',
}

const PING_ONLY_NO_DATA = {
  zh: 'ping 只用于 noData 规则',
  en: 'ping is for noData rules only',
}

const ONLY_NO_DATA = {
  zh: 'heartbeats 只用于 noData 规则',
  en: 'heartbeats is for noData rules only',
}
