import { ProtocolError } from './errors.ts'
import {
  MAX_NAME_BYTES,
  MAX_SHAPE_BYTES,
  MAX_TAG_VALUE_BYTES,
  MAX_TAGS_PER_SERIES,
} from './limits.ts'
import type { MetricKind } from './metric.ts'

/** A series without its subject. One object is shared by all the hosts that have such a series. */
export interface Shape {
  readonly measurement: string
  /** [key, value] pairs, keys in rising order (by UTF-16 code units); no empty key or value. */
  readonly tags: Tags
  readonly field: string
  readonly kind: MetricKind
}

export type Tags = readonly (readonly [string, string])[]

/** What names a series: the subject (host or device; '' = the sending agent's own host) and the shape. */
export interface SeriesDefinition extends Shape {
  readonly subject: string
}

/** Order is the value on the wire and on disk. */
export const METRIC_KINDS = ['gauge', 'counter', 'state'] as const satisfies readonly MetricKind[]

/**
 * The one spelling of a shape: tags in rising order of their keys, tags with an empty value left out.
 * @throws ProtocolError SHAPE_INVALID for an empty or over-long name, too many tags, or text that is not well-formed Unicode
 */
export function makeShape(
  measurement: string,
  tags: Readonly<Record<string, string | undefined>>,
  field: string,
  kind: MetricKind,
): Shape {
  const shape: Shape = { measurement, tags: canonicalTags(tags), field, kind }
  checkShape(shape)
  return shape
}

/** [key, value] pairs in rising order of their keys, without empty and missing values. */
export function canonicalTags(tags: Readonly<Record<string, string | undefined>>): Tags {
  const pairs: (readonly [string, string])[] = []
  for (const key of Object.keys(tags).toSorted()) {
    const value = tags[key]
    if (value !== undefined && value !== '') pairs.push([key, value])
  }
  return pairs
}

/**
 * Checks names, order and limits.
 * @throws ProtocolError SHAPE_INVALID
 */
export function checkShape(shape: Shape): void {
  if (!METRIC_KINDS.includes(shape.kind)) refuse(shape, `kind "${shape.kind}" is unknown`)
  if (shape.tags.length > MAX_TAGS_PER_SERIES)
    refuse(shape, `more than ${MAX_TAGS_PER_SERIES} tags`)
  let bytes = checkName(shape, 'measurement', shape.measurement, MAX_NAME_BYTES)
  bytes += checkName(shape, 'field', shape.field, MAX_NAME_BYTES)
  let previous = ''
  for (const [key, value] of shape.tags) {
    bytes += checkName(shape, 'tag key', key, MAX_NAME_BYTES)
    bytes += checkName(shape, `tag ${key}`, value, MAX_TAG_VALUE_BYTES)
    if (key <= previous) refuse(shape, `tag key "${key}" twice or out of order`)
    previous = key
  }
  if (bytes > MAX_SHAPE_BYTES) refuse(shape, `names and tags longer than ${MAX_SHAPE_BYTES} bytes`)
}

/**
 * Checks a subject's length and text; '' (the agent's own host) is allowed.
 * @throws ProtocolError SHAPE_INVALID
 */
export function checkSubject(subject: string): void {
  if (utf8Length(subject) > MAX_NAME_BYTES || !subject.isWellFormed()) {
    throw new ProtocolError(
      'SHAPE_INVALID',
      `Subject "${shorten(subject)}" is longer than ${MAX_NAME_BYTES} bytes or not well-formed Unicode.`,
    )
  }
}

/** Bytes of a text in UTF-8; an unpaired surrogate counts as three, as an encoder would replace it. */
export function utf8Length(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) continue
    // A surrogate pair is 2 units and 4 bytes: each half adds 1, every other unit from U+0800 on adds 2.
    bytes += unit < 0x800 || isPairedSurrogate(text, i) ? 1 : 2
  }
  return bytes
}

function isPairedSurrogate(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  if ((unit & 0xfc00) === 0xd800) return (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00
  if ((unit & 0xfc00) === 0xdc00)
    return index > 0 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800
  return false
}

function checkName(shape: Shape, what: string, text: string, maxBytes: number): number {
  if (text === '') refuse(shape, `${what} is empty`)
  const bytes = utf8Length(text)
  if (bytes > maxBytes) refuse(shape, `${what} is longer than ${maxBytes} bytes`)
  if (!text.isWellFormed()) refuse(shape, `${what} is not well-formed Unicode`)
  return bytes
}

function refuse(shape: Shape, what: string): never {
  throw new ProtocolError(
    'SHAPE_INVALID',
    `Series ${shorten(shape.measurement)}.${shorten(shape.field)}: ${what}.`,
  )
}

function shorten(text: string): string {
  return text.length <= 64 ? text : `${text.slice(0, 64)}…`
}
