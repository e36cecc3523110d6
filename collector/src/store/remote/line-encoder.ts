import type { SampleBlock, SeriesTable, Tags } from '@wardround/protocol'
import { type Backslash, escapeKey, formatHead } from './line-text.ts'

/** Where the lines of blocks are gathered. */
export interface LineSink {
  /** One line, without its line end. */
  add(line: string, samples: number): void
  /** One sample of a field that the store refuses now, as a line of its own. */
  addSuspect(field: string, line: string): void
}

/** One line of a block: what stands before the values, and which values they are. */
interface LineLayout {
  /** Measurement, tags and the space after them. */
  readonly head: string
  /** `field=` for each value, with the comma before all but the first. */
  readonly keys: readonly string[]
  /** Index of each value in the block. */
  readonly places: readonly number[]
  /** The values of the block before and, with their keys, what was written of them: half of a host's values stand still. */
  readonly last: { readonly values: Float64Array; readonly pairs: string[] }
  /** `measurement.field`, where each sample is a line of its own because the store refuses the field. */
  readonly suspect: string | undefined
}

/** Layouts of blocks whose series come in the same order again and again: the decoder gives those one array. */
type Layouts = WeakMap<Uint32Array, readonly LineLayout[]>

/**
 * Writes blocks of samples as line protocol: one line for each measurement and set of tags, every number as a float (an integer once written fixes its field's type for
 * ever), times in milliseconds. What doesn't change from block to block is written once.
 */
export class LineEncoder {
  readonly #series: SeriesTable
  readonly #backslash: Backslash
  #layouts: Layouts = new WeakMap()
  #suspects: ReadonlySet<string> = new Set()

  constructor(series: SeriesTable, backslash: Backslash) {
    this.#series = series
    this.#backslash = backslash
  }

  /** Fields, as `measurement.field`, that the store refuses now: their samples go into lines of their own. */
  suspect(fields: ReadonlySet<string>): void {
    this.#suspects = fields
    this.#layouts = new WeakMap()
  }

  encode({ series, values, timeMs }: SampleBlock, sink: LineSink): void {
    for (const layout of this.#layoutsOf(series)) {
      const { head, places, suspect } = layout
      const line = `${head}${formatPairs(layout, values)} ${timeMs}`
      if (suspect === undefined) sink.add(line, places.length)
      else sink.addSuspect(suspect, line)
    }
  }

  #layoutsOf(series: Uint32Array): readonly LineLayout[] {
    const known = this.#layouts.get(series)
    if (known !== undefined) return known
    const layouts = this.#layOut(series)
    this.#layouts.set(series, layouts)
    return layouts
  }

  #layOut(series: Uint32Array): LineLayout[] {
    const layouts = new Map<string, { keys: string[]; places: number[]; suspect?: string }>()
    for (const [place, number] of series.entries()) {
      const { subject, measurement, tags, field } = this.#series.definitionOf(number)
      const head = formatHead(measurement, withHost(tags, subject), this.#backslash)
      const name = `${measurement}.${field}`
      const suspect = this.#suspects.has(name) ? name : undefined
      const key = suspect === undefined ? head : `${head}\n${field}`
      const layout = layouts.get(key) ?? { keys: [], places: [], ...(suspect && { suspect }) }
      layouts.set(key, layout)
      layout.keys.push(
        `${layout.keys.length === 0 ? '' : ','}${escapeKey(field, this.#backslash)}=`,
      )
      layout.places.push(place)
    }
    return [...layouts].map(([key, { keys, places, suspect }]) => ({
      head: key.split('\n', 1)[0]!,
      keys,
      places,
      last: { values: new Float64Array(places.length).fill(NaN), pairs: keys.map(() => '') },
      suspect,
    }))
  }
}

function formatPairs({ keys, places, last }: LineLayout, values: Float64Array): string {
  let text = ''
  for (let i = 0; i < places.length; i++) {
    const value = values[places[i]!]!
    if (value !== last.values[i]) {
      last.values[i] = value
      last.pairs[i] = keys[i]! + String(value)
    }
    text += last.pairs[i]!
  }
  return text
}

function withHost(tags: Tags, subject: string): Tags {
  return subject === '' ? tags : [...tags, ['host', subject]]
}
