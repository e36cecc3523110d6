export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
/** Windows of the finer rollup. */
export const FINE_MS = 300_000

/** The start of the span that a time is in; spans are aligned to the epoch (UTC days and hours). */
export function floorTo(timeMs: number, spanMs: number): number {
  return Math.floor(timeMs / spanMs) * spanMs
}

/** `YYYY-MM-DD` */
export function toDayName(dayMs: number): string {
  return new Date(dayMs).toISOString().slice(0, 10)
}

/** `YYYY-MM` */
export function toMonthName(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 7)
}
