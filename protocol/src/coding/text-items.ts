import type { Batch, DocumentItem, EventItem, JsonValue } from '../batch.ts'
import type { ByteReader } from './byte-reader.ts'
import type { ByteWriter } from './byte-writer.ts'
import { ProtocolError } from '../errors.ts'
import { jsonDepth, parseJsonText } from '../json-text.ts'
import {
  MAX_BODY_BYTES,
  MAX_EVENT_KEY_BYTES,
  MAX_ITEMS_PER_BATCH,
  MAX_JSON_DEPTH,
  MAX_NAME_BYTES,
  MAX_TIME_MS,
} from '../limits.ts'
import { utf8Length } from '../shape.ts'

/*
 * Events and documents, the same on the wire and on disk:
 *   event     subject, time, key, kind, body
 *   document  subject, time, name, keep (0 history, 1 newest), body
 * Texts as length and UTF-8, times as varints, bodies as JSON text.
 */

const KEEPS = ['history', 'newest'] as const

/** Events and documents with their bodies as JSON, checked against every limit. */
export interface PreparedItems {
  readonly events: readonly PreparedItem<EventItem>[]
  readonly documents: readonly PreparedItem<DocumentItem>[]
  /** At most so many bytes when written. */
  readonly bytes: number
}

interface PreparedItem<T> {
  readonly item: T
  readonly json: string
}

/** @throws ProtocolError BATCH_INVALID, LIMIT_EXCEEDED */
export function prepareItems(batch: Batch): PreparedItems {
  const events = batch.events.map((item) => prepareItem(item, item.key, item.kind))
  const documents = batch.documents.map((item) => prepareItem(item, '', item.name))
  if (events.length > MAX_ITEMS_PER_BATCH || documents.length > MAX_ITEMS_PER_BATCH) {
    throw new ProtocolError(
      'LIMIT_EXCEEDED',
      `More than ${MAX_ITEMS_PER_BATCH} events or documents in one batch.`,
    )
  }
  let bytes = 16
  for (const { bytes: itemBytes } of [...events, ...documents]) bytes += itemBytes
  return { events, documents, bytes }
}

export function writeItems(writer: ByteWriter, items: PreparedItems): void {
  writer.varint(items.events.length)
  for (const { item, json } of items.events) {
    writer.text(item.subject)
    writer.varint(item.timeMs)
    writer.text(item.key)
    writer.text(item.kind)
    writer.text(json)
  }
  writer.varint(items.documents.length)
  for (const { item, json } of items.documents) {
    writer.text(item.subject)
    writer.varint(item.timeMs)
    writer.text(item.name)
    writer.byte(KEEPS.indexOf(item.keep))
    writer.text(json)
  }
}

/**
 * Reads what writeItems wrote. An item whose body or time can't be accepted is left out and told to `onProblem`.
 * @throws ProtocolError
 */
export function readItems(
  reader: ByteReader,
  onProblem: (code: 'TIME_OUT_OF_RANGE' | 'BODY_INVALID', detail: string) => void,
): { events: EventItem[]; documents: DocumentItem[] } {
  const accept = <T extends ItemHead>(
    head: T,
    json: string,
  ): (T & { body: JsonValue }) | undefined => {
    if (head.timeMs > MAX_TIME_MS) {
      onProblem('TIME_OUT_OF_RANGE', `${itemName(head)} has time ${head.timeMs}`)
      return undefined
    }
    try {
      return { ...head, body: parseJsonText(json) }
    } catch (error) {
      onProblem(
        'BODY_INVALID',
        `${itemName(head)}: ${error instanceof Error ? error.message : String(error)}`,
      )
      return undefined
    }
  }
  return { events: readEvents(reader, accept), documents: readDocuments(reader, accept) }
}

type ItemHead = Omit<EventItem, 'body'> | Omit<DocumentItem, 'body'>
type Accept = <T extends ItemHead>(head: T, json: string) => (T & { body: JsonValue }) | undefined

function readEvents(reader: ByteReader, accept: Accept): EventItem[] {
  const events: EventItem[] = []
  for (let left = reader.count('events', MAX_ITEMS_PER_BATCH, 5); left > 0; left--) {
    const head = {
      subject: reader.text('subject', MAX_NAME_BYTES),
      timeMs: reader.varint(),
      key: reader.text('event key', MAX_EVENT_KEY_BYTES),
      kind: reader.text('event kind', MAX_NAME_BYTES),
    }
    const event = accept(head, reader.text('event body', MAX_BODY_BYTES))
    if (event !== undefined) events.push(event)
  }
  return events
}

function readDocuments(reader: ByteReader, accept: Accept): DocumentItem[] {
  const documents: DocumentItem[] = []
  for (let left = reader.count('documents', MAX_ITEMS_PER_BATCH, 5); left > 0; left--) {
    const subject = reader.text('subject', MAX_NAME_BYTES)
    const timeMs = reader.varint()
    const name = reader.text('document name', MAX_NAME_BYTES)
    const keep = KEEPS[reader.byte()]
    if (keep === undefined) {
      throw new ProtocolError('FRAME_MALFORMED', `Document ${name} is neither history nor newest.`)
    }
    const document = accept(
      { subject, timeMs, name, keep },
      reader.text('document body', MAX_BODY_BYTES),
    )
    if (document !== undefined) documents.push(document)
  }
  return documents
}

function itemName(head: ItemHead): string {
  return 'kind' in head ? `event ${head.kind}` : `document ${head.name}`
}

function prepareItem<T extends EventItem | DocumentItem>(item: T, key: string, name: string) {
  const what = itemName(item)
  const json = formatBody(what, item.body)
  const bytes =
    checkText(what, 'subject', item.subject, MAX_NAME_BYTES) +
    checkText(what, 'key', key, MAX_EVENT_KEY_BYTES) +
    checkText(what, 'name', name, MAX_NAME_BYTES) +
    checkText(what, 'body', json, MAX_BODY_BYTES)
  if (!Number.isInteger(item.timeMs) || item.timeMs < 0 || item.timeMs > MAX_TIME_MS) {
    throw new ProtocolError('BATCH_INVALID', `${what} has the impossible time ${item.timeMs}.`)
  }
  // Four lengths of at most 3 bytes, a time of at most 7, the keep byte.
  return { item, json, bytes: bytes + 20 }
}

function checkText(what: string, part: string, text: string, maxBytes: number): number {
  const bytes = utf8Length(text)
  if (bytes > maxBytes) {
    throw new ProtocolError(
      'LIMIT_EXCEEDED',
      `The ${part} of ${what} has ${bytes} bytes; at most ${maxBytes} are allowed.`,
    )
  }
  if (!text.isWellFormed()) {
    throw new ProtocolError('BATCH_INVALID', `The ${part} of ${what} is not well-formed Unicode.`)
  }
  return bytes
}

function formatBody(what: string, body: JsonValue): string {
  let json: string | undefined
  try {
    json = JSON.stringify(body)
  } catch (cause) {
    throw new ProtocolError('BATCH_INVALID', `The body of ${what} can't be written as JSON.`, {
      cause,
    })
  }
  if (json === undefined || jsonDepth(json) > MAX_JSON_DEPTH) {
    throw new ProtocolError(
      'BATCH_INVALID',
      `The body of ${what} is no JSON value or nested deeper than ${MAX_JSON_DEPTH}.`,
    )
  }
  return json
}
