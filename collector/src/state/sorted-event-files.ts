import type { EventFiles, EventRow } from './event-files.ts'
import type { RawRecordFiles } from './raw-record-files.ts'

/** Events that are records as a device sent them. */
const RAW_KINDS: ReadonlySet<string> = new Set(['trap', 'syslog'])

/** Puts each event where its kind is kept, and answers out of both. */
export function sortEventFiles(events: EventFiles, raw: RawRecordFiles): EventFiles {
  return {
    append(rows) {
      const [records, others] = split(rows)
      const ofOthers = others.length > 0 ? events.append(others) : 0
      return ofOthers + (records.length > 0 ? raw.append(records) : 0)
    },
    async query(query) {
      if (query.kind !== undefined) return (RAW_KINDS.has(query.kind) ? raw : events).query(query)
      const found = await Promise.all([events.query(query), raw.query(query)])
      return found
        .flat()
        .sort((a, b) => b.atMs - a.atMs)
        .slice(0, query.limit)
    },
    /** Of events alone: raw records have a time of their own. */
    purge: (beforeMs) => events.purge(beforeMs),
  }
}

function split(rows: readonly EventRow[]): readonly [readonly EventRow[], readonly EventRow[]] {
  return [
    rows.filter(({ kind }) => RAW_KINDS.has(kind)),
    rows.filter(({ kind }) => !RAW_KINDS.has(kind)),
  ]
}
