import type { HostCurrent, SeriesTable, Shape } from '@wardround/protocol'
import type { AcceptedBatch } from '../accepted-batch.ts'

type Meaning = 'cpu' | 'memory' | 'load' | 'disk' | 'answers'

/** A place in a block's series whose value the page's list shows. */
interface Shown {
  readonly place: number
  readonly meaning: Meaning
  readonly path: string
}

interface Current {
  timeMs: number
  cpuPercent: number | null
  memoryPercent: number | null
  load1: number | null
  fullestDisk: { path: string; usedPercent: number } | null
  answers: boolean | null
}

const NOTHING: HostCurrent = {
  timeMs: null,
  cpuPercent: null,
  memoryPercent: null,
  load1: null,
  fullestDisk: null,
  answers: null,
}

/** The newest values of each host, as the page's list shows them. */
export class CurrentValues {
  readonly #table: SeriesTable
  readonly #hosts = new Map<string, Current>()
  /** Connections repeat their lists of series: each is looked through once. */
  readonly #shown = new WeakMap<Uint32Array, readonly Shown[]>()
  readonly #changed = new Set<string>()

  constructor(table: SeriesTable) {
    this.#table = table
  }

  /** Late batches say nothing about now. */
  take({ late, batch }: AcceptedBatch): void {
    if (late) return
    for (const { subject, timeMs, series, values } of batch.blocks) {
      const shown = this.#shownOf(series)
      if (shown.length > 0) this.#update(subject, timeMs, shown, values)
    }
  }

  of(host: string): HostCurrent {
    return this.#hosts.get(host) ?? NOTHING
  }

  /** Hosts whose values changed since the last call. */
  drainChanged(): string[] {
    const changed = [...this.#changed]
    this.#changed.clear()
    return changed
  }

  #shownOf(series: Uint32Array): readonly Shown[] {
    const known = this.#shown.get(series)
    if (known !== undefined) return known
    const shown: Shown[] = []
    for (const [place, number] of series.entries()) {
      const shape = this.#table.shapeOf(number)
      const meaning = meaningOf(shape)
      if (meaning !== undefined) shown.push({ place, meaning, path: tagOf(shape, 'path') ?? '' })
    }
    this.#shown.set(series, shown)
    return shown
  }

  #update(host: string, timeMs: number, shown: readonly Shown[], values: Float64Array): void {
    const current = this.#hosts.get(host) ?? { ...NOTHING, timeMs: 0 }
    if (timeMs < current.timeMs) return
    this.#hosts.set(host, current)
    this.#changed.add(host)
    current.timeMs = timeMs
    let fullest: Current['fullestDisk'] = null
    for (const { place, meaning, path } of shown) {
      const value = values[place]!
      if (meaning === 'cpu') current.cpuPercent = value
      else if (meaning === 'memory') current.memoryPercent = value
      else if (meaning === 'load') current.load1 = value
      else if (meaning === 'answers') current.answers = value === 1
      else if (fullest === null || value > fullest.usedPercent)
        fullest = { path, usedPercent: value }
    }
    if (fullest !== null) current.fullestDisk = fullest
  }
}

function meaningOf(shape: Shape): Meaning | undefined {
  switch (`${shape.measurement}.${shape.field}`) {
    case 'cpu.usage_active':
      return tagOf(shape, 'cpu') === 'cpu-total' ? 'cpu' : undefined
    case 'mem.used_percent':
      return 'memory'
    case 'system.load1':
      return 'load'
    case 'disk.used_percent':
      return 'disk'
    case 'snmp_up.up':
    case 'redfish_up.up':
      return 'answers'
    default:
      return undefined
  }
}

function tagOf(shape: Shape, key: string): string | undefined {
  return shape.tags.find(([name]) => name === key)?.[1]
}
