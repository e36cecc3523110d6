/** Steps of a write's timestamps. */
export interface Precision {
  /** Digits at the end that are finer than a millisecond. */
  readonly finerDigits: number
  /** Milliseconds of one step, where it is no finer. */
  readonly stepMs: number
}

const NANOSECONDS: Precision = { finerDigits: 6, stepMs: 1 }
const MICROSECONDS: Precision = { finerDigits: 3, stepMs: 1 }

/** By the names of both write APIs; InfluxDB takes them for nanoseconds where none is given. */
const PRECISIONS: Readonly<Record<string, Precision>> = {
  n: NANOSECONDS,
  ns: NANOSECONDS,
  u: MICROSECONDS,
  us: MICROSECONDS,
  µ: MICROSECONDS,
  ms: { finerDigits: 0, stepMs: 1 },
  s: { finerDigits: 0, stepMs: 1_000 },
  m: { finerDigits: 0, stepMs: 60_000 },
  h: { finerDigits: 0, stepMs: 3_600_000 },
}

export const PRECISION_NAMES: readonly string[] = Object.keys(PRECISIONS)

/** Undefined for a name that is none. */
export function toPrecision(name: string | undefined): Precision | undefined {
  if (name === undefined || name === '') return NANOSECONDS
  return Object.hasOwn(PRECISIONS, name) ? PRECISIONS[name] : undefined
}
