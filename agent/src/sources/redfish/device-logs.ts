import { printable, recordIn, textIn, type Resource } from './resource.ts'

/** Entries of one log that are remembered, and read. */
export const MAX_ENTRIES = 4_096
const MAX_MESSAGE = 2_048

/** What of each log was seen, by its path: keys of the entries that it held last. */
export type SeenEntries = Readonly<Record<string, readonly string[]>>

/** An entry of a device's log. */
export interface DeviceLogEntry {
  /** Its id and when it was made: ids are used again after a log was cleared. */
  readonly key: string
  readonly id: string
  readonly created: string | undefined
  readonly severity: 'critical' | 'warning' | 'ok' | 'unknown'
  readonly message: string
  readonly messageId: string | undefined
}

export function isSeenEntries(value: unknown): value is SeenEntries {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every(
      (keys) => Array.isArray(keys) && keys.every((key) => typeof key === 'string'),
    )
  )
}

/** Undefined for an entry without an id. */
export function toLogEntry(resource: Resource): DeviceLogEntry | undefined {
  const id = textIn(resource, 'Id') ?? textIn(resource, 'RecordId')
  if (id === undefined) return undefined
  const created = textIn(resource, 'Created')
  const message = resource['Message']
  return {
    key: `${id} ${created ?? ''}`,
    id,
    created,
    severity: severityOf(textIn(resource, 'MessageSeverity') ?? textIn(resource, 'Severity')),
    message: typeof message === 'string' ? printable(message.slice(0, MAX_MESSAGE)) : '',
    messageId: textIn(resource, 'MessageId'),
  }
}

/**
 * Entries that were not there before, in the order of the log, and what to remember. A log that is seen for the first time has none: what happened
 * before the agent came is the device's history.
 */
export function findNewEntries(
  entries: readonly DeviceLogEntry[],
  seen: readonly string[] | undefined,
): { readonly fresh: readonly DeviceLogEntry[]; readonly keys: readonly string[] } {
  const now = entries.map(({ key }) => key)
  const known = new Set(seen)
  // what was on a page that was not read this time stays known
  const keys = [...new Set([...now, ...known])].slice(0, MAX_ENTRIES)
  const fresh = seen === undefined ? [] : entries.filter(({ key }) => !known.has(key))
  return { fresh, keys }
}

/** Of a log that has its newest entries first: whether this page leads to what is known. Of any other all pages are read. */
export function isKnownPage(
  page: readonly Resource[],
  seen: readonly string[] | undefined,
): boolean {
  const entries = page.map(toLogEntry).filter((entry) => entry !== undefined)
  const [first, last] = [entries.at(0)?.created, entries.at(-1)?.created]
  if (first === undefined || last === undefined) return false
  if (!(Date.parse(first) >= Date.parse(last))) return false
  // never read before: its first page tells from where on entries are new
  return seen === undefined || entries.some(({ key }) => seen.includes(key))
}

/** A name for the log: of its manager or system, and its own. */
export function logNameOf(holder: Resource, service: Resource): string {
  const id = textIn(service, 'Id') ?? textIn(service, 'Name') ?? '?'
  return `redfish/${textIn(holder, 'Id') ?? '?'}/${id}`.slice(0, 200)
}

/** The link to its entries. */
export function entriesOf(service: Resource): string | undefined {
  const link = recordIn(service, 'Entries')['@odata.id']
  return typeof link === 'string' ? link : undefined
}

function severityOf(word: string | undefined): DeviceLogEntry['severity'] {
  const known = (['critical', 'warning', 'ok'] as const).find(
    (severity) => severity === word?.toLowerCase(),
  )
  return known ?? 'unknown' // hidden in no other: a rule counts it by itself
}
