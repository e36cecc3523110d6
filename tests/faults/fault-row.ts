/** How often a row is tried, and from which seed its random choices come. */
export interface FaultRun {
  readonly trials: number
  readonly seed: number
  /** Says what is happening, one line at a time. */
  readonly log: (line: string) => void
  /** Why a part of the row can't be tried on this machine; the row counts as skipped when nothing else of it ran. */
  readonly skip: (reason: string) => never
}

/** What a row counted. Every number is exact: the truth is the test's own ledger, not the product's counters. */
export interface FaultResult {
  readonly trials: number
  /** Samples that the ledger holds and the pass condition demands. */
  readonly expected: number
  readonly lost: number
  readonly duplicated: number
  /** Anything else that the pass condition forbids, in words; empty when the row holds. */
  readonly violations: readonly string[]
  /** What was measured beside it, e.g. the longest start in ms. Printed, never asserted. */
  readonly measured: Readonly<Record<string, string | number>>
}

/** One row of the fault matrix: what is injected and what must hold. `npm test` runs the short form, `npm run faults` the full one. */
export interface FaultRow {
  readonly id: string
  readonly title: string
  readonly shortTrials: number
  readonly fullTrials: number
  run(run: FaultRun): Promise<FaultResult>
}

/** The counts that a row with nothing to count in samples gives. */
export function resultOf(
  trials: number,
  violations: readonly string[],
  measured: FaultResult['measured'] = {},
): FaultResult {
  return { trials, expected: 0, lost: 0, duplicated: 0, violations, measured }
}

export function holds(result: FaultResult): boolean {
  return result.lost === 0 && result.duplicated === 0 && result.violations.length === 0
}

/** Small random numbers from a seed (mulberry32), so that a failing run can be repeated. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
