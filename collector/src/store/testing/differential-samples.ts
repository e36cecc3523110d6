import { makeShape } from '@wardround/protocol'
import type { SeriesDefinition } from '@wardround/protocol'
import type { Sample } from './sample-journal.ts'

const HOUR_MS = 3_600_000
/** Over the night in which New York puts its clocks forward. */
export const FROM_MS = Date.UTC(2026, 2, 7, 12)
export const TO_MS = FROM_MS + 36 * HOUR_MS
const INTERVAL_MS = 30_000

/** Every sign that one of the languages has a meaning for. */
export const HOSTILE = [
  String.raw`q'x"y\z`,
  'a b,c=d',
  '数据库.*|(x)[',
  String.raw`//{}$1\d`,
  "'; DROP DATABASE wardround; --",
  '"} or {__name__=~".*',
]

const PROJECTS = ['hc', 'h.', '健康|城市', undefined]

/** Eight hosts over a day and a half: gauges and counters with gaps, resets, and names with every sign. */
export function allSamples(): Sample[] {
  const hosts = ['db1', 'db2', ...HOSTILE]
  const samples: Sample[] = []
  for (const [number, host] of hosts.entries()) {
    const project = PROJECTS[number % PROJECTS.length]
    const tags = project === undefined ? {} : { project }
    for (const [cpuNumber, cpu] of ['cpu0', 'cpu1'].entries()) {
      const series = define(host, 'cpu', { ...tags, cpu }, 'usage_idle')
      samples.push(...gauge(series, number * 2 + cpuNumber))
    }
    const counter = define(host, 'net', { ...tags, interface: 'eth0' }, 'bytes_recv', 'counter')
    samples.push(...counterSamples(counter, number))
  }
  return samples
}

export function define(
  subject: string,
  measurement: string,
  tags: Record<string, string>,
  field: string,
  kind: 'gauge' | 'counter' = 'gauge',
): SeriesDefinition {
  return { subject, ...makeShape(measurement, tags, field, kind) }
}

/** A number in [0, 1) that is the same each time. */
function chance(...of: number[]): number {
  const x = Math.sin(of.reduce((sum, value, at) => sum + value * (at * 78.233 + 12.9898), 0.5))
  return (x * 43_758.5453) % 1 < 0 ? ((x * 43_758.5453) % 1) + 1 : (x * 43_758.5453) % 1
}

/** Times with jitter, gaps of minutes and of hours, and some exactly on the borders of windows. */
function times(seed: number): number[] {
  const found: number[] = []
  for (let row = 0; row < (TO_MS - FROM_MS) / INTERVAL_MS; row++) {
    const isGap =
      chance(seed, Math.floor(row / 9)) < 0.1 || chance(seed, Math.floor(row / 400), 3) < 0.1
    if (isGap) continue
    const jitterMs = seed % 3 === 0 ? 0 : Math.floor(chance(seed, row, 7) * 2_000)
    found.push(FROM_MS + row * INTERVAL_MS + jitterMs)
  }
  return found
}

function gauge(series: SeriesDefinition, seed: number): Sample[] {
  return times(seed).map((timeMs, row) => {
    const value = Math.round(chance(seed, row, 1) * 100_000 - 20_000) / 1_000
    return { series, timeMs, value }
  })
}

/** Resets to less than an eighth of what was: VictoriaMetrics takes less for no reset (see below). */
function counterSamples(series: SeriesDefinition, seed: number): Sample[] {
  let value = Math.floor(chance(seed) * 1e9)
  return times(seed + 100).map((timeMs, row) => {
    const isReset = value > 1e5 && chance(seed, row, 5) < 0.01
    value = isReset
      ? Math.floor(chance(seed, row, 6) * 1e4)
      : value + Math.floor(chance(seed, row, 2) * 1e5)
    return { series, timeMs, value }
  })
}
