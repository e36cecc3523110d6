import type { SeriesDefinition } from '@wardround/protocol'
import { makeShape } from '@wardround/protocol'
import type { Sample } from './sample-journal.ts'

/** An hour that is over, half an hour ago. */
export const FROM_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 5_400_000

function series(
  subject: string,
  measurement: string,
  tags: Record<string, string>,
  field: string,
  kind: 'gauge' | 'counter' = 'gauge',
): SeriesDefinition {
  return { subject, ...makeShape(measurement, tags, field, kind) }
}

/** Two hosts with two CPUs and a counter that was reset, every 10 s for 30 min, with a gap of five. */
export function samplesOfTwoHosts(): Sample[] {
  const found: Sample[] = []
  for (const [number, host] of ['db1', 'web1'].entries()) {
    for (let row = 0; row < 180; row++) {
      const timeMs = FROM_MS + row * 10_000 + number * 137
      if (row >= 60 && row < 90) continue
      for (const cpu of ['cpu0', 'cpu1']) {
        const value = ((row * 7919 + number * 31 + cpu.length * row) % 10_000) / 100
        const tags = { cpu, project: host === 'db1' ? 'hc' : 'hs' }
        found.push({ series: series(host, 'cpu', tags, 'usage'), timeMs, value })
        found.push({ series: series(host, 'cpu', tags, 'idle'), timeMs, value: 100 - value })
      }
      const counter = row < 120 ? 1_000 + row * 250 : (row - 120) * 250
      found.push({
        series: series(host, 'net', { interface: 'eth0' }, 'bytes', 'counter'),
        timeMs,
        value: counter,
      })
    }
  }
  return found
}
