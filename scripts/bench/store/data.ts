import { EmbeddedStore, LONG_RETENTION } from '@wardround/collector/testing'
import { makeShape, SeriesTable } from '@wardround/protocol'
import { HOST_SHAPES, type HostInterval } from '../host-data.ts'
import { Random } from '../random.ts'

export const HOSTS = 20
export const HOURS = 6
const EVERY_MS = 10_000
export const INTERVALS = (HOURS * 3_600_000) / EVERY_MS
export const SAMPLES = HOSTS * INTERVALS * HOST_SHAPES.length
export const FROM_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - (HOURS + 1) * 3_600_000
export const TO_MS = FROM_MS + HOURS * 3_600_000
export const CPU_HOSTS = 1_600
export const CPU_SHAPES = ['cpu-total', 'cpu0', 'cpu1', 'cpu2', 'cpu3'].map((cpu) =>
  makeShape('cpus', { cpu }, 'usage', 'gauge'),
)

/** A store by a clock that is the data's: who fills it sets `clock.nowMs`. */
export function openStore(directory: string, series: SeriesTable) {
  const clock = { nowMs: FROM_MS }
  const retention = LONG_RETENTION
  const store = new EmbeddedStore({ directory, series, retention, nowMs: () => clock.nowMs })
  return { store, clock }
}

/** CPU use of many hosts: few series each, one field of all. */
export function* cpuIntervals(): Generator<HostInterval> {
  const random = new Random(7)
  const levels = Array.from({ length: CPU_HOSTS * CPU_SHAPES.length }, () => 100 * random.next())
  const now = Float64Array.from(levels)
  for (let interval = 0; interval < INTERVALS; interval++) {
    for (let host = 0; host < CPU_HOSTS; host++) {
      const values = new Float64Array(CPU_SHAPES.length)
      for (const cpu of CPU_SHAPES.keys()) {
        const at = host * CPU_SHAPES.length + cpu
        now[at] = Math.min(
          100,
          Math.max(0, now[at]! + (levels[at]! - now[at]!) * 0.1 + random.bell() * 2),
        )
        values[cpu] = Math.round(now[at] * 100) / 100
      }
      const timeMs = FROM_MS + interval * EVERY_MS + Math.floor((host * EVERY_MS) / CPU_HOSTS)
      yield { host, timeMs, values }
    }
  }
}

/** Fills a store with them; not measured. */
export function fillCpus(directory: string): void {
  const series = new SeriesTable()
  const { store, clock } = openStore(directory, series)
  let offset = 0
  for (const { host, timeMs, values } of cpuIntervals()) {
    const subject = `node-${host}`
    const numbers = Uint32Array.from(CPU_SHAPES, (shape) => series.intern({ subject, ...shape }))
    store.write(
      { subject, timeMs, series: numbers, values },
      { segment: 1, offset: offset++ },
      timeMs,
    )
    clock.nowMs = timeMs
    if (offset % 500 === 0) while (store.maintain(() => false));
  }
  store.mergeAll()
  store.close()
}
