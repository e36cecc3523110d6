import { makeShape } from '@wardround/protocol'
import type { SampleBlock, SeriesTable } from '@wardround/protocol'

interface Known {
  readonly subject: string
  /** By field, in their order. */
  readonly series: readonly number[]
}

interface Gathered {
  readonly subject: string
  readonly timeMs: number
  readonly series: number[]
  readonly values: number[]
}

/** Blocks of line protocol with times in ms, as tests write it: no quotes, fields that are numbers. */
export class LineBlocks {
  readonly #table: SeriesTable
  readonly #known = new Map<string, Known>()
  readonly #blocks = new Map<string, Gathered>()

  constructor(table: SeriesTable) {
    this.#table = table
  }

  add(lines: string): void {
    for (const line of lines.split('\n')) if (line !== '') this.#addLine(line)
  }

  /** All that was added, in the order of time. */
  finish(): SampleBlock[] {
    return [...this.#blocks.values()]
      .toSorted((a, b) => a.timeMs - b.timeMs)
      .map(({ subject, timeMs, series, values }) => ({
        subject,
        timeMs,
        series: Uint32Array.from(series),
        values: Float64Array.from(values),
      }))
  }

  #addLine(line: string): void {
    const [, head = '', fields = '', time = ''] = /^((?:\\.|[^ \\])+) (\S+) (\d+)$/.exec(line) ?? []
    const pairs = fields.split(',').map((pair) => pair.split('='))
    const key = `${head} ${pairs.map(([field]) => field).join(',')}`
    const known = this.#known.get(key) ?? this.#define(head, pairs)
    this.#known.set(key, known)
    const blockKey = `${time} ${known.subject}`
    const block = this.#blocks.get(blockKey) ?? {
      subject: known.subject,
      timeMs: Number(time),
      series: [],
      values: [],
    }
    this.#blocks.set(blockKey, block)
    for (const [at, [, value]] of pairs.entries()) {
      block.series.push(known.series[at]!)
      block.values.push(Number(value))
    }
  }

  #define(head: string, pairs: readonly (readonly string[])[]): Known {
    const [measurement = '', ...tags] = head.split(/(?<!\\),/)
    const values = tags.map((tag) => tag.split(/(?<!\\)=/).map((text) => plain(text)))
    const subject = values.find(([tag]) => tag === 'host')?.[1] ?? ''
    const own = Object.fromEntries(values.filter(([tag]) => tag !== 'host'))
    const series = pairs.map(([field = '']) =>
      this.#table.intern({ subject, ...makeShape(plain(measurement), own, field, 'gauge') }),
    )
    return { subject, series }
  }
}

function plain(text: string): string {
  return text.replaceAll(/\\([,= ])/g, '$1')
}
