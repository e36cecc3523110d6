import type { Shape } from '@wardround/protocol'

/*
 * InfluxDB's line protocol for peers that are fed with it: one line per measurement and tags, numbers as floats, milliseconds.
 */

/** Writes intervals of hosts as lines; what doesn't change is written once. */
export class LineWriter {
  /** For each run of shapes that share measurement and tags: where it starts, the head after the host, the field names. */
  readonly #groups: {
    readonly at: number
    readonly before: string
    readonly after: string
    readonly fields: string[]
  }[] = []

  constructor(shapes: readonly Shape[]) {
    let previous: Shape | undefined
    for (const [at, shape] of shapes.entries()) {
      if (previous === undefined || !sameGroup(previous, shape)) {
        const tags = (wanted: (key: string) => boolean) =>
          shape.tags
            .filter(([key]) => wanted(key))
            .map(([key, value]) => `,${escapeTag(key)}=${escapeTag(value)}`)
            .join('')
        this.#groups.push({
          at,
          before: `${escapeTag(shape.measurement)}${tags((key) => key < 'host')},host=`,
          after: `${tags((key) => key > 'host')} `,
          fields: [],
        })
      }
      this.#groups.at(-1)!.fields.push(`${escapeTag(shape.field)}=`)
      previous = shape
    }
  }

  format(host: string, timeMs: number, values: Float64Array): string {
    let text = ''
    for (const { at, before, after, fields } of this.#groups) {
      text += before + host + after
      for (let i = 0; i < fields.length; i++) {
        text += (i === 0 ? '' : ',') + fields[i]! + String(values[at + i]!)
      }
      text += ` ${timeMs}\n`
    }
    return text
  }
}

export interface Line {
  readonly measurement: string
  readonly tags: Readonly<Record<string, string>>
  readonly fields: Readonly<Record<string, number>>
  readonly timeMs: number
}

/** Reads lines as LineWriter writes them (no escapes: none of our names needs one). */
export function parseLines(text: string): Line[] {
  const lines: Line[] = []
  for (const line of text.split('\n')) {
    const [head = '', fieldText = '', time] = line.split(' ')
    if (time === undefined) continue
    const [measurement = '', ...tagTexts] = head.split(',')
    const tags: Record<string, string> = {}
    for (const tag of tagTexts) {
      const at = tag.indexOf('=')
      tags[tag.slice(0, at)] = tag.slice(at + 1)
    }
    const fields: Record<string, number> = {}
    for (const field of fieldText.split(',')) {
      const at = field.indexOf('=')
      fields[field.slice(0, at)] = Number(field.slice(at + 1))
    }
    lines.push({ measurement, tags, fields, timeMs: Number(time) })
  }
  return lines
}

function sameGroup(a: Shape, b: Shape): boolean {
  return a.measurement === b.measurement && JSON.stringify(a.tags) === JSON.stringify(b.tags)
}

function escapeTag(text: string): string {
  return text.replaceAll(/[,= ]/g, String.raw`\$&`)
}
