import { SeriesTable } from '@wardround/protocol'
import type { KnownFacts } from '../known-facts.ts'
import type { ProjectRecord } from '../project-record.ts'
import { SeenPoints } from '../seen-points.ts'

export const NOW_MS = Date.parse('2026-11-20T10:00:00+08:00')
const HOUR_MS = 3_600_000

/** What a collector knows that has watched for a day; `hoursAgo` is when a point was last there. */
export class Known {
  readonly seen = new SeenPoints(new SeriesTable())

  add(
    subject: string,
    measurement: string,
    tags: Readonly<Record<string, string>>,
    { field = 'success', value = 1, hoursAgo = 0 } = {},
  ): this {
    const shape = { measurement, field, tags: Object.entries(tags) }
    this.seen.recall(subject, shape, NOW_MS - hoursAgo * HOUR_MS, value)
    return this
  }

  probe(subject: string, probe: string, target: string, hoursAgo = 0): this {
    return this.add(subject, 'probe', { probe, target }, { hoursAgo })
  }

  facts(more: Partial<KnownFacts> = {}): KnownFacts {
    return {
      seen: this.seen,
      identities: [],
      records: () => [],
      sinceMs: NOW_MS - 24 * HOUR_MS,
      atMs: NOW_MS,
      ...more,
    }
  }
}

/** A record of a project's work. */
export function aRecord(
  kind: string,
  at: string,
  more: Partial<ProjectRecord> = {},
): ProjectRecord {
  const atMs = Date.parse(`${at}T10:00:00+08:00`)
  return {
    id: 1,
    project: 'clinic',
    kind,
    atMs,
    recordedAtMs: atMs,
    who: '甲',
    what: kind,
    incident: undefined,
    cancels: undefined,
    ...more,
  }
}
