import { wallTime } from './wall-time.ts'

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** 1536 → `1.5 KiB`; a minus stays. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes)
  let unit = 0
  while (value >= 1024 && unit < BINARY_UNITS.length - 1) {
    value /= 1024
    unit++
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1
  return `${bytes < 0 ? '-' : ''}${value.toFixed(digits)} ${BINARY_UNITS[unit] ?? ''}`
}

export function formatPercent(percent: number): string {
  return `${percent.toFixed(percent >= 99.95 || percent === 0 ? 0 : 1)} %`
}

/** A plain number, short: 12,345 → `12.3k`. */
export function formatCount(value: number): string {
  const size = Math.abs(value)
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)}G`
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)}M`
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)}k`
  return Number.isInteger(value) ? String(value) : value.toFixed(size < 10 ? 2 : 1)
}

/** Time of day by the site's clocks, with the date where it is not today. */
export function formatTime(timeMs: number, nowMs: number): string {
  const { date, time } = wallTime(timeMs)
  return date === wallTime(nowMs).date ? time : `${date} ${time}`
}
