import { ProtocolError } from './errors.ts'
import { MAX_SERIES_PER_TABLE } from './limits.ts'
import { checkShape, checkSubject } from './shape.ts'
import type { SeriesDefinition, Shape, Tags } from './shape.ts'

/**
 * Gives each series (subject, shape) a small number, dense from 0, for the life of the process. Subjects and shapes have
 * numbers of their own, dense from 0 too.
 *
 * Memory: a subject and a shape are stored once, their texts shared; a series costs 8 bytes and its slot in the hash
 * table (5 to 11 bytes), no object. Nothing is ever removed; who lets series in bounds their number.
 */
export class SeriesTable {
  readonly #subjects: string[] = []
  readonly #subjectIds = new Map<string, number>()
  /** Series of each subject, by its id. */
  readonly #counts: number[] = []
  readonly #shapes = new ShapeIndex()
  #size = 0
  /** subject id and shape id of each series, side by side. */
  #pairs = new Uint32Array(128)
  /** Open addressing with linear probing: series number + 1, 0 = free. */
  #slots = new Uint32Array(128)

  /** Number of series. */
  get size(): number {
    return this.#size
  }

  get subjectCount(): number {
    return this.#subjects.length
  }

  get shapeCount(): number {
    return this.#shapes.size
  }

  /**
   * The number of a series; a new one if it has none yet.
   * @throws ProtocolError SHAPE_INVALID, LIMIT_EXCEEDED
   */
  intern(definition: SeriesDefinition): number {
    return this.internPair(this.internSubject(definition.subject), this.internShape(definition))
  }

  /** The number of (subject, shape), by their ids: the fast way in. */
  internPair(subjectId: number, shapeId: number): number {
    const slot = this.#findSlot(subjectId, shapeId)
    const found = this.#slots[slot]!
    return found === 0 ? this.#add(slot, subjectId, shapeId) : found - 1
  }

  /** The number of (subject, shape), or −1 if it has none. */
  findPair(subjectId: number, shapeId: number): number {
    return this.#slots[this.#findSlot(subjectId, shapeId)]! - 1
  }

  /** @throws ProtocolError SHAPE_INVALID */
  internSubject(subject: string): number {
    const known = this.#subjectIds.get(subject)
    if (known !== undefined) return known
    checkSubject(subject)
    this.#subjects.push(subject)
    this.#counts.push(0)
    this.#subjectIds.set(subject, this.#subjects.length - 1)
    return this.#subjects.length - 1
  }

  /** The id of a subject, or −1 if it has none. */
  findSubject(subject: string): number {
    return this.#subjectIds.get(subject) ?? -1
  }

  /** How many series a subject has. */
  countOf(subjectId: number): number {
    return this.#counts[subjectId] ?? 0
  }

  /**
   * The id of a shape; the table keeps a copy of its own.
   * @throws ProtocolError SHAPE_INVALID
   */
  internShape(shape: Shape): number {
    return this.#shapes.intern(shape)
  }

  /** The id of a shape, or −1 if it has none. */
  findShape(shape: Shape): number {
    return this.#shapes.find(shape)
  }

  subjectOf(series: number): string {
    return this.subject(this.subjectIdOf(series))
  }

  subjectIdOf(series: number): number {
    return this.#pairs[2 * this.#known(series)]!
  }

  shapeOf(series: number): Shape {
    return this.shape(this.shapeIdOf(series))
  }

  shapeIdOf(series: number): number {
    return this.#pairs[2 * this.#known(series) + 1]!
  }

  definitionOf(series: number): SeriesDefinition {
    return { subject: this.subjectOf(series), ...this.shapeOf(series) }
  }

  subject(subjectId: number): string {
    const subject = this.#subjects[subjectId]
    if (subject === undefined) throw new RangeError(`There is no subject ${subjectId}.`)
    return subject
  }

  shape(shapeId: number): Shape {
    return this.#shapes.at(shapeId)
  }

  #known(series: number): number {
    if (series >= this.#size || series < 0) throw new RangeError(`There is no series ${series}.`)
    return series
  }

  #findSlot(subjectId: number, shapeId: number): number {
    const slots = this.#slots
    const pairs = this.#pairs
    const mask = slots.length - 1
    let slot = mix(Math.imul(subjectId, 0x9e3779b1) ^ Math.imul(shapeId, 0x85ebca6b)) & mask
    for (;;) {
      const found = slots[slot]!
      if (found === 0) return slot
      const at = 2 * (found - 1)
      if (pairs[at] === subjectId && pairs[at + 1] === shapeId) return slot
      slot = (slot + 1) & mask
    }
  }

  #add(slot: number, subjectId: number, shapeId: number): number {
    // Checked here, where it is rare, so that a bad id can't hide in the table.
    this.subject(subjectId)
    this.#shapes.at(shapeId)
    if (this.#size >= MAX_SERIES_PER_TABLE) {
      throw new ProtocolError(
        'LIMIT_EXCEEDED',
        `A table holds at most ${MAX_SERIES_PER_TABLE} series.`,
      )
    }
    const series = this.#size++
    this.#counts[subjectId]!++
    if (2 * this.#size > this.#pairs.length) this.#pairs = grown(this.#pairs)
    this.#pairs[2 * series] = subjectId
    this.#pairs[2 * series + 1] = shapeId
    this.#slots[slot] = series + 1
    if (this.#size * 4 > this.#slots.length * 3) this.#rehash()
    return series
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (let series = 0; series < this.#size; series++) {
      const slot = this.#findSlot(this.#pairs[2 * series]!, this.#pairs[2 * series + 1]!)
      this.#slots[slot] = series + 1
    }
  }
}

/** The shapes by number and by content, without a key text per shape. */
class ShapeIndex {
  readonly #shapes: Shape[] = []
  /** Equal texts and equal tag lists are kept once. */
  readonly #texts = new Map<string, string>()
  #lastTags: Tags = []
  /** Open addressing with linear probing: shape id + 1, 0 = free. */
  #slots = new Uint32Array(64)

  get size(): number {
    return this.#shapes.length
  }

  at(shapeId: number): Shape {
    const shape = this.#shapes[shapeId]
    if (shape === undefined) throw new RangeError(`There is no shape ${shapeId}.`)
    return shape
  }

  find(shape: Shape): number {
    return this.#slots[this.#findSlot(shape)]! - 1
  }

  intern(shape: Shape): number {
    const slot = this.#findSlot(shape)
    const found = this.#slots[slot]!
    if (found !== 0) return found - 1
    checkShape(shape)
    this.#shapes.push(this.#copy(shape))
    this.#slots[slot] = this.#shapes.length
    if (this.#shapes.length * 2 > this.#slots.length) this.#rehash()
    return this.#shapes.length - 1
  }

  #findSlot(shape: Shape): number {
    const mask = this.#slots.length - 1
    let slot = hashShape(shape) & mask
    for (;;) {
      const found = this.#slots[slot]!
      if (found === 0 || sameShape(this.#shapes[found - 1]!, shape)) return slot
      slot = (slot + 1) & mask
    }
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2)
    for (const [id, shape] of this.#shapes.entries()) this.#slots[this.#findSlot(shape)] = id + 1
  }

  #copy(shape: Shape): Shape {
    // The fields of one measurement follow each other with the same tags: one comparison shares nearly all lists.
    if (!sameTags(this.#lastTags, shape.tags)) {
      this.#lastTags = shape.tags.map(([key, value]) => [this.#text(key), this.#text(value)])
    }
    return {
      measurement: this.#text(shape.measurement),
      tags: this.#lastTags,
      field: this.#text(shape.field),
      kind: shape.kind,
    }
  }

  #text(text: string): string {
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    this.#texts.set(text, text)
    return text
  }
}

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  // A factor of 1.5: the untouched rest of a large array costs address space, a factor of 2 more of it.
  const larger = new Uint32Array(array.length + 2 * ((array.length >> 2) + 1))
  larger.set(array)
  return larger
}

function mix(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return once ^ (once >>> 13)
}

function hashText(seed: number, text: string): number {
  let hash = seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return Math.imul(hash ^ text.length, 0x01000193)
}

function hashShape(shape: Shape): number {
  let hash = hashText(hashText(0x811c9dc5, shape.measurement), shape.field)
  for (const [key, value] of shape.tags) hash = hashText(hashText(hash, key), value)
  return mix(hash)
}

function sameShape(a: Shape, b: Shape): boolean {
  return (
    a.field === b.field &&
    a.measurement === b.measurement &&
    a.kind === b.kind &&
    sameTags(a.tags, b.tags)
  )
}

function sameTags(a: Tags, b: Tags): boolean {
  if (a === b) return true
  if (a.length !== b.length) return false
  return a.every(([key, value], index) => key === b[index]![0] && value === b[index]![1])
}
