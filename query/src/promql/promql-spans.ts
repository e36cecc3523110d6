import { QueryError } from '../query-error.ts'
import type { WindowRun, Windows } from '../windows.ts'

/** Windows that one range query asks for. The number i of them is labelled labelMs + i × stepMs. */
export interface PromqlSpan {
  readonly labelMs: number
  readonly stepMs: number
  readonly count: number
  /** What of a window counts: from so long after its label on, for so long. */
  readonly delayMs: number
  readonly lengthMs: number
  /** Length of the window before the first of them. */
  readonly beforeMs: number
}

/** Prometheus gives 11,000 points of a series at most. */
const MOST_POINTS = 10_000
/** Times of requests are seconds, of which some servers cut the decimals wrongly. */
const SECOND_MS = 1000

/**
 * Divides windows into spans that are alike: a range query has one step and one length of its range. The range's ends cut the first and the last
 * window; `cutsFirst` false: the first counts whole.
 */
export function spansOf(
  windows: Windows,
  { fromMs, toMs, cutsFirst }: { fromMs: number; toMs: number; cutsFirst: boolean },
): PromqlSpan[] {
  const spans: PromqlSpan[] = []
  let first = 0
  for (const run of windows.runs) {
    checkSeconds(run)
    for (let at = 0; at < run.count;) {
      const span = nextSpan(windows, run, first, at)
      const startMs = run.startMs + at * run.stepMs
      const endMs = startMs + run.stepMs
      const cutMs = cutsFirst ? Math.max(startMs, fromMs) : startMs
      const isCut = cutMs > startMs || endMs > toMs
      const count = isCut ? 1 : Math.min(span.count, wholeWindows(run, at, toMs))
      const lengthMs = Math.min(endMs, toMs) - cutMs
      spans.push({ ...span, count, delayMs: cutMs - startMs, lengthMs })
      at += count
    }
    first += run.count
  }
  return spans
}

/** The windows of a run from `at` on that have a window of one length before them. */
function nextSpan(windows: Windows, run: WindowRun, first: number, at: number) {
  const labelMs = run.startMs + at * run.stepMs
  const beforeMs = labelMs - windows.startOf(first + at - 1)
  const rest = run.count - at
  const count = beforeMs === run.stepMs ? Math.min(rest, MOST_POINTS) : 1
  return { labelMs, stepMs: run.stepMs, count, beforeMs }
}

/** How many windows of the run from `at` on end before the range does; at least one. */
function wholeWindows({ startMs, stepMs }: WindowRun, at: number, toMs: number): number {
  return Math.max(1, Math.floor((toMs - startMs) / stepMs) - at)
}

function checkSeconds({ startMs, stepMs }: WindowRun): void {
  if (startMs % SECOND_MS === 0 && stepMs % SECOND_MS === 0) return
  throw new QueryError({
    zh: `step 为 ${stepMs} 毫秒：PromQL 类存储的 step 与 offset 只支持整秒`,
    en: `step: ${stepMs} ms; a store that is asked in PromQL takes steps and offsets of whole seconds`,
  })
}
