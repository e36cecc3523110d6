import { toProjectTest, toTagTest } from '@wardround/query'
import type { SeriesFilter, SeriesListing } from '../store.ts'
import type { Registry } from './file-names.ts'
import type { Head } from './head.ts'
import type { StoreFiles } from './store-files.ts'

/** Raw files that are looked through: what was not measured for a week is not listed. */
const DAYS = 7

/** Lists what is measured, of one host or measurement or of all. */
export function listSeries(
  { series, sets }: Registry,
  head: Head,
  files: StoreFiles,
  filter: SeriesFilter,
): SeriesListing {
  const hostsOfShape = new Map<number, Set<string>>()
  const conditions = filter.where ?? []
  const hostTests = conditions.filter(({ tag }) => tag === 'host').map((one) => toTagTest(one))
  const tagTests = conditions
    .filter(({ tag }) => tag !== 'host')
    .map((one) => ({ tag: one.tag, passes: toTagTest(one) }))
  for (const [subject, subjectSets] of setsBySubject(head, files)) {
    const host = series.subject(subject)
    if (filter.host !== undefined && host !== filter.host) continue
    if (!hostTests.every((passes) => passes(host))) continue
    for (const set of subjectSets) {
      for (const shape of sets.shapes(set)) {
        const hosts = hostsOfShape.get(shape)
        if (hosts === undefined) hostsOfShape.set(shape, new Set([host]))
        else hosts.add(host)
      }
    }
  }
  const isAllowed = toProjectTest(filter.projects)
  const listing = new Map<string, { fields: Set<string>; tags: Map<string, Set<string>> }>()
  for (const [shape, hosts] of hostsOfShape) {
    const { measurement, field, tags } = series.shape(shape)
    if (filter.measurement !== undefined && measurement !== filter.measurement) continue
    const valueOf = (tag: string): string => tags.find(([key]) => key === tag)?.[1] ?? ''
    if (!isAllowed(valueOf('project'))) continue
    if (!tagTests.every(({ tag, passes }) => passes(valueOf(tag)))) continue
    const entry = listing.get(measurement) ?? { fields: new Set(), tags: new Map() }
    listing.set(measurement, entry)
    entry.fields.add(field)
    for (const host of hosts) addTag(entry.tags, 'host', host)
    for (const [key, value] of tags) addTag(entry.tags, key, value)
  }
  return {
    measurements: [...listing]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([measurement, { fields, tags }]) => ({
        measurement,
        fields: [...fields].toSorted(),
        tags: Object.fromEntries([...tags].map(([key, values]) => [key, [...values].toSorted()])),
      })),
  }
}

function setsBySubject(head: Head, { recent, raw }: StoreFiles): Map<number, Set<number>> {
  const found = new Map<number, Set<number>>()
  const add = (subject: number, sets: Iterable<number>): void => {
    const known = found.get(subject) ?? new Set<number>()
    found.set(subject, known)
    for (const set of sets) known.add(set)
  }
  for (const subject of head.subjects) add(subject, head.setsOf(subject))
  for (const subject of recent.subjects) add(subject, recent.setsOf(subject))
  for (const dayMs of raw.starts().slice(-DAYS)) {
    raw.read(dayMs, undefined, (file) => {
      for (const [subject, sets] of file.members) add(subject, sets)
    })
  }
  return found
}

function addTag(tags: Map<string, Set<string>>, key: string, value: string): void {
  const values = tags.get(key)
  if (values === undefined) tags.set(key, new Set([value]))
  else values.add(value)
}
