import { isRecord } from '../../as-record.ts'

/** An entry of the journal as a line of text. */
export interface JournalEntry {
  readonly cursor: string
  /** `sshd[123]: text`, as syslog would write it. */
  readonly text: string
  /** The message was too long to be given, or is cut. */
  readonly isCut: boolean
}

/** Of a message, so much is searched. */
const MAX_MESSAGE = 65_536

/** One line of `journalctl --output=json`; undefined for what is none. */
export function parseJournalLine(line: string): JournalEntry | undefined {
  const fields = parseObject(line)
  const cursor = fields?.['__CURSOR']
  if (fields === undefined || typeof cursor !== 'string' || cursor === '') return undefined
  const message = textOf(fields['MESSAGE'])
  const isCut = message === undefined || message.length > MAX_MESSAGE
  const text = `${programOf(fields)}${(message ?? '').slice(0, MAX_MESSAGE)}`
  return { cursor, text, isCut }
}

function programOf(fields: Readonly<Record<string, unknown>>): string {
  const program = textOf(fields['SYSLOG_IDENTIFIER'])
  if (program === undefined || program === '') return ''
  const pid = textOf(fields['SYSLOG_PID']) ?? textOf(fields['_PID'])
  return pid === undefined ? `${program}: ` : `${program}[${pid}]: `
}

/** A text; as numbers where it has control characters or is no UTF-8; null where it is too long; several where the entry has the field twice. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  if (value.every((byte) => typeof byte === 'number')) return Buffer.from(value).toString()
  return textOf(value[0])
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}
