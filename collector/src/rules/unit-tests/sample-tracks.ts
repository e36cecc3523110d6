import { SeriesTable, type SampleBlock } from '@wardround/protocol'
import { parseValues, type Values } from './parse-values.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** Values of one series in turn. */
interface Track {
  readonly series: number
  readonly values: Values
}

/** The series of a test, numbered once, and what each host sends at each step. */
export class SampleTracks {
  readonly table = new SeriesTable()
  /** How many values the longest of them has. */
  readonly length: number
  readonly #hosts = new Map<string, Track[]>()

  constructor(test: RuleTest) {
    let length = 0
    for (const { measurement, host = test.host, tags, fields } of test.series) {
      const pairs = Object.entries({ ...tags, ...test.hosts[host] }).sort(([a], [b]) =>
        a < b ? -1 : 1,
      )
      const tracks = this.#hosts.get(host) ?? []
      this.#hosts.set(host, tracks)
      for (const [field, text] of Object.entries(fields)) {
        const shape = { measurement, tags: pairs, field, kind: 'gauge' as const }
        const values = parseValues(String(text))
        tracks.push({ series: this.table.intern({ subject: host, ...shape }), values })
        length = Math.max(length, values.length)
      }
    }
    this.length = length
  }

  /** What the hosts send at one step; none of a host that sends nothing. */
  blocksAt(step: number, timeMs: number): SampleBlock[] {
    const blocks: SampleBlock[] = []
    for (const [subject, tracks] of this.#hosts) {
      const series: number[] = []
      const values: number[] = []
      for (const track of tracks) {
        const value = track.values[step]
        if (value === undefined) continue
        series.push(track.series)
        values.push(value)
      }
      if (series.length === 0) continue
      const numbers = { series: Uint32Array.from(series), values: Float64Array.from(values) }
      blocks.push({ subject, timeMs, ...numbers })
    }
    return blocks
  }
}
