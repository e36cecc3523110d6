import type { ReadLevel } from './read-level.ts'
import type { ProblemList } from '../problem-list.ts'
import type { RuleProblem } from '../rule-problem.ts'
import { compileThreshold, direction, isBeyond, isStateSet, type Threshold } from './threshold.ts'

/** A severer level must be reached after the milder one: beyond it, or, of states, in fewer or others. */
export function checkOrder(
  milder: ReadLevel | undefined,
  severer: ReadLevel,
  states: readonly number[] | undefined,
  path: RuleProblem['path'],
  problems: ProblemList,
): void {
  if (milder === undefined) return
  const names = `${milder.timing.severity} / ${severer.timing.severity}`
  const equalities = [milder, severer].filter(({ threshold }) => direction(threshold) === 0).length
  if (equalities === 2 || (equalities === 1 && states !== undefined)) {
    if (isHidden(milder, severer, states))
      problems.add(path, {
        zh: `${names}：较轻级别成立时较重级别总是同时成立，较轻级别永远不会单独出现`,
        en: `${names}: wherever the milder one holds the severer one does too, so it is never seen`,
      })
    return
  }
  if (goesBeyond(milder.threshold, severer.threshold)) return
  const { severity } = milder.timing
  const bound = isStateSet(milder.threshold) ? '' : milder.threshold.bound
  problems.add(
    path,
    {
      zh: `${names}：较轻级别的阈值超过了较重级别`,
      en: `${names}: the milder one is at or beyond the severer one`,
    },
    {
      zh: `比 ${severity} 更远的阈值（${bound}）`,
      en: `a threshold beyond that of ${severity} (${bound})`,
    },
  )
}

function goesBeyond(milder: Threshold, severer: Threshold): boolean {
  if (isStateSet(milder) || isStateSet(severer)) return false
  return direction(milder) === direction(severer) && isBeyond(severer, milder)
}

/** Whether the milder of two levels is never seen alone, as far as their thresholds tell. */
function isHidden(
  milder: ReadLevel,
  severer: ReadLevel,
  states: readonly number[] | undefined,
): boolean {
  if (!isPlain(milder) || !isPlain(severer)) return false
  if (severer.timing.forMs > milder.timing.forMs) return false
  const [inner, outer] = [milder.threshold, severer.threshold].map(compileThreshold)
  const told = states ?? valuesThatTell(milder.threshold, severer.threshold)
  return told.every((value) => inner?.(value) !== true || outer?.(value) === true)
}

/** Of numbers that are compared for equality: those named, and one that is not. */
function valuesThatTell(...thresholds: readonly Threshold[]): number[] {
  const named = thresholds.flatMap((one) => (isStateSet(one) ? one.states : [one.bound]))
  return [...named, Math.max(...named) + 1]
}

/** Whether its threshold alone says when it holds. */
function isPlain({ and, or, timing }: ReadLevel): boolean {
  return and === undefined && or === undefined && timing.samples === undefined
}
