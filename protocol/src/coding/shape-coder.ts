import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { ProtocolError } from '../errors.ts'
import { MAX_NAME_BYTES, MAX_TAG_VALUE_BYTES, MAX_TAGS_PER_SERIES } from '../limits.ts'
import { checkShape, METRIC_KINDS } from '../shape.ts'
import type { Shape, Tags } from '../shape.ts'

/*
 * Shapes and subjects of one frame or record, with a dictionary that lasts as long as it: a text or tag list is a reference,
 * 0 = a new one follows and takes the next number, n = the n-th so far.
 *
 *   shape   measurement text, tag list, field text, kind byte
 *   tags    count, then key and value text of each
 */

export class ShapeWriter {
  readonly #writer: ByteWriter
  readonly #texts = new Map<string, number>()
  /** By their JSON: the bytes depend on what is written alone. */
  readonly #tags = new Map<string, number>()

  constructor(writer: ByteWriter) {
    this.#writer = writer
  }

  text(text: string): void {
    const known = this.#texts.get(text)
    this.#writer.varint(known ?? 0)
    if (known !== undefined) return
    this.#texts.set(text, this.#texts.size + 1)
    this.#writer.text(text)
  }

  shape(shape: Shape): void {
    this.text(shape.measurement)
    this.#tagList(shape.tags)
    this.text(shape.field)
    this.#writer.byte(METRIC_KINDS.indexOf(shape.kind))
  }

  #tagList(tags: Tags): void {
    const json = JSON.stringify(tags)
    const known = this.#tags.get(json)
    this.#writer.varint(known ?? 0)
    if (known !== undefined) return
    this.#tags.set(json, this.#tags.size + 1)
    this.#writer.varint(tags.length)
    for (const [key, value] of tags) {
      this.text(key)
      this.text(value)
    }
  }
}

/** Its methods throw ProtocolError. */
export class ShapeReader {
  readonly #reader: ByteReader
  readonly #texts: string[] = []
  readonly #tags: Tags[] = []

  constructor(reader: ByteReader) {
    this.#reader = reader
  }

  text(what: string, maxBytes = MAX_NAME_BYTES): string {
    const reference = this.#reader.varint()
    if (reference > 0) return referenced(this.#texts, reference)
    const text = this.#reader.text(what, maxBytes)
    this.#texts.push(text)
    return text
  }

  shape(): Shape {
    const measurement = this.text('measurement')
    const tags = this.#tagList()
    const field = this.text('field')
    const kind = METRIC_KINDS[this.#reader.byte()]
    if (kind === undefined)
      throw new ProtocolError('FRAME_MALFORMED', 'A series has no known kind.')
    const shape = { measurement, tags, field, kind }
    checkShape(shape)
    return shape
  }

  #tagList(): Tags {
    const reference = this.#reader.varint()
    if (reference > 0) return referenced(this.#tags, reference)
    const count = this.#reader.count('tags', MAX_TAGS_PER_SERIES, 2)
    const tags: (readonly [string, string])[] = []
    for (let i = 0; i < count; i++) {
      tags.push([this.text('tag key'), this.text('tag value', MAX_TAG_VALUE_BYTES)])
    }
    this.#tags.push(tags)
    return tags
  }
}

function referenced<T>(known: readonly T[], reference: number): T {
  const found = known[reference - 1]
  if (found === undefined) {
    throw new ProtocolError(
      'FRAME_MALFORMED',
      `There is no entry ${reference} among ${known.length}.`,
    )
  }
  return found
}
