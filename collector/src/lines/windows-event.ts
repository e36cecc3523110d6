import { createHash } from 'node:crypto'
import type { EventItem, JsonValue } from '@wardround/protocol'

/** The measurement under which Telegraf sends records of the Windows event log: texts above all, so an event and no sample. */
export const WINDOWS_EVENTS = 'win_eventlog'

export type FieldValue = string | number

const MAX_TEXT = 8_192
const MAX_NAME = 256
const MAX_KEY_BYTES = 512
/** Values beside the message, in the order in which they come. */
const MAX_DATA = 40
const MAX_DATA_TEXT = 512

/** By the record's Level (winmeta.xml); 0 is what an audit has. */
const SEVERITIES: Readonly<Record<string, string>> = { 1: 'critical', 2: 'error', 3: 'warning' }

/** One record of the event log. Its key names the record, however often it is sent. */
export function toWindowsEvent(
  host: string,
  timeMs: number,
  tags: Readonly<Record<string, string>>,
  fields: ReadonlyMap<string, FieldValue>,
): EventItem {
  const read = (name: string) => String(tags[name] ?? fields.get(name) ?? '')
  const [channel, source, text] = [read('Channel'), read('Source'), read('Message')]
  const data = [...fields].filter(([name]) => name.startsWith('Data_')).slice(0, MAX_DATA)
  const body: Record<string, JsonValue> = {
    channel: cut(channel, MAX_NAME),
    source: cut(source, MAX_NAME),
    id: cut(read('EventID'), MAX_NAME),
    level: cut(read('LevelText') || read('Level'), MAX_NAME),
    severity: SEVERITIES[read('Level')] ?? 'info',
    text: cut(text, MAX_TEXT),
    computer: cut(read('Computer'), MAX_NAME),
    user: cut(read('UserName'), MAX_NAME),
    process: cut(read('ProcessName'), MAX_NAME),
    data: Object.fromEntries(
      data.map(([name, value]) => [
        cut(name.slice('Data_'.length), MAX_NAME),
        cut(String(value), MAX_DATA_TEXT),
      ]),
    ),
  }
  const said = Object.entries(body).filter(([, value]) => value !== '')
  return {
    subject: host,
    timeMs,
    key: keyOf(
      read('Computer') || host,
      channel,
      read('EventRecordID'),
      `${timeMs} ${source} ${text}`,
    ),
    kind: 'windows_event',
    body: Object.fromEntries(said),
  }
}

function keyOf(computer: string, channel: string, record: string, otherwise: string): string {
  const named = record === '' ? hashOf(otherwise) : record
  const key = `windows:${computer}:${channel}:${named}`
  return Buffer.byteLength(key) <= MAX_KEY_BYTES ? key : `windows:${hashOf(key)}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Never within a character. */
function cut(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).toWellFormed()
}
