import { CATALOGUE } from '@wardround/protocol'
import { parseDurationMs } from '@wardround/program'
import type { Finding } from '../rules/finding.ts'
import { formatValue } from '../rules/texts/format-value.ts'
import type { KnownFacts } from './known-facts.ts'
import type { Project } from './project.ts'
import type { SeenPoint } from './seen-points.ts'

/** What was never seen is missed so long after the collector's start: agents that lost it come back, and probes have their turn. */
const NEVER_SEEN_MS = 10 * 60_000
/** What was seen is missed after three of its intervals, and not before. */
const SHORTEST_GONE_MS = 3_600_000

const EVERY_MS_OF_PROBE = new Map(
  CATALOGUE.map(({ name, everySeconds }) => [name, everySeconds * 1000]),
)

const SOURCE_OF_PROBE = new Map(CATALOGUE.map(({ name, source }) => [name, source]))

/** Of the probe of a type that runs most often. */
const EVERY_MS = new Map<string, number>()
for (const { source, everySeconds } of CATALOGUE)
  EVERY_MS.set(source, Math.min(everySeconds * 1000, EVERY_MS.get(source) ?? Infinity))

/** Hosts, devices, sources, backup jobs, flows and certificates that a project's file expects and nobody sees. */
export function findMissing(project: Project, known: KnownFacts): Finding[] {
  const { hosts, devices, backups, exchanges, certificates } = project.file
  const missing = [...hosts, ...devices].filter(({ name }) => isNeverSeen(name, known))
  const names = new Set(missing.map(({ name }) => name))
  const there = ({ host }: { readonly host: string }) => !names.has(host)
  return [
    ...missing.map(({ name, role }) =>
      finding('expected_host_missing', name, {}, { details: { expected_role: role } }),
    ),
    ...hosts.filter(({ name }) => !names.has(name)).flatMap((host) => findSources(host, known)),
    ...backups.filter(there).flatMap((backup) => findBackup(backup, project, known)),
    ...exchanges.filter(there).flatMap((exchange) => findExchange(exchange, project, known)),
    ...certificates.flatMap((certificate) =>
      certificate.source === undefined || names.has(certificate.source.host)
        ? []
        : findCertificate(certificate, certificate.source, project, known),
    ),
  ]
}

/**
 * What would be missing had the watch lasted long enough: after a start it can neither be said nor taken back yet. Of a host that may still come
 * back nothing that is expected can be judged.
 */
export function findUndecided(project: Project, known: KnownFacts): Finding[] {
  const { seen, sinceMs, atMs } = known
  const late: KnownFacts = { ...known, sinceMs: -Infinity }
  const undecided = findMissing(project, late)
  if (atMs - sinceMs < NEVER_SEEN_MS) {
    const back = {
      seenAtMs: (name: string) => seen.seenAtMs(name) ?? atMs,
      find: seen.find.bind(seen),
    }
    undecided.push(...findMissing(project, { ...late, seen: back }))
  }
  const found = new Set(findMissing(project, known).map(nameOf))
  return undecided.filter((one) => !found.has(nameOf(one)))
}

function nameOf({ kind, host, tags }: Finding): string {
  return JSON.stringify([kind, host, tags])
}

function isNeverSeen(name: string, { seen, sinceMs, atMs }: KnownFacts): boolean {
  return seen.seenAtMs(name) === undefined && atMs - sinceMs >= NEVER_SEEN_MS
}

type Host = Project['file']['hosts'][number]

function findSources({ name, sources }: Host, known: KnownFacts): Finding[] {
  const runs = known.seen.find(name, 'probe')
  return sources.flatMap((source) => {
    const { type, name: wanted } =
      typeof source === 'string' ? { type: source, name: undefined } : source
    const own = runs.filter(
      ({ tags }) =>
        SOURCE_OF_PROBE.get(tags['probe'] ?? '') === type &&
        (wanted === undefined || tags['target'] === wanted),
    )
    if (!isGone(name, own, EVERY_MS.get(type) ?? 0, known)) return []
    const shown = wanted === undefined ? type : `${type}:${wanted}`
    return [finding('expected_source_missing', name, { source: shown })]
  })
}

/**
 * Whether what was to be seen on a host is not there: gone while the host went on, or never seen since the start. A host that is silent itself
 * has an alert of its own.
 */
function isGone(
  host: string,
  points: readonly SeenPoint[],
  everyMs: number,
  known: KnownFacts,
): boolean {
  const { seen, sinceMs, atMs } = known
  const hostAtMs = seen.seenAtMs(host)
  if (hostAtMs === undefined) return false
  if (points.length === 0) {
    const turnMs = hadItsTurn(host, everyMs, known) ? 0 : 2 * everyMs
    return hostAtMs >= sinceMs && atMs - sinceMs >= Math.max(NEVER_SEEN_MS, turnMs)
  }
  return points.every(
    (point) => hostAtMs - point.atMs >= Math.max(SHORTEST_GONE_MS, 3 * everyMs, 3 * point.gapMs),
  )
}

/** An agent runs all its probes when it starts: where one that runs as seldom has come, this one would have, too. */
function hadItsTurn(host: string, everyMs: number, { seen }: KnownFacts): boolean {
  return seen
    .find(host, 'probe')
    .some(({ tags }) => (EVERY_MS_OF_PROBE.get(tags['probe'] ?? '') ?? 0) >= everyMs)
}

function findBackup(
  { job, host, schedule, secondCopy }: Project['file']['backups'][number],
  { basisOf }: Project,
  known: KnownFacts,
): Finding[] {
  const jobs = known.seen.find(host, 'backup_job', { job })
  const first = jobs.filter(({ tags }) => tags['copy'] !== '2')
  const second = [
    ...jobs.filter(({ tags }) => tags['copy'] === '2'),
    ...known.seen.find(host, 'backup_copy', { job }),
  ]
  const everyMs = EVERY_MS.get('backup') ?? 0
  const findings: Finding[] = []
  if (isGone(host, first, everyMs, known))
    findings.push(
      finding('expected_backup_missing', host, { job, copy: '1' }, { basis: basisOf([schedule]) }),
    )
  if (secondCopy !== undefined && isGone(host, second, EVERY_MS.get('backupcopy') ?? 0, known))
    findings.push(
      finding(
        'expected_backup_missing',
        host,
        { job, copy: '2' },
        { basis: basisOf([secondCopy]) },
      ),
    )
  const declared = Math.max(...first.map(({ values }) => values.get('schedule_seconds') ?? 0))
  if (schedule !== undefined && declared * 1000 > parseDurationMs(schedule.value)) {
    const { zh, en } = formatValue(parseDurationMs(schedule.value) / 1000, 'seconds')
    const details = { expected_zh: zh, expected_en: en }
    const more = { value: declared, details, basis: basisOf([schedule]) }
    findings.push(finding('backup_schedule_differs', host, { job }, more))
  }
  return findings
}

function findExchange(
  { flow, host, name, units, window, clause }: Project['file']['exchanges'][number],
  { basisOf }: Project,
  known: KnownFacts,
): Finding[] {
  const points = known.seen.find(host, 'exchange', { flow })
  const details = { name_zh: name.zh, name_en: name.en }
  if (isGone(host, points, EVERY_MS.get('exchange') ?? 0, known))
    return [
      finding(
        'expected_exchange_missing',
        host,
        { flow },
        { details, basis: basisOf([{ clause }, window, units]) },
      ),
    ]
  const expected = points[0]?.values.get('units_expected')
  if (units === undefined || expected === undefined || expected === units.value) return []
  const more = {
    value: expected,
    details: { ...details, expected: String(units.value) },
    basis: basisOf([units]),
  }
  return [finding('exchange_units_differ', host, { flow }, more)]
}

function findCertificate(
  { id, name, lifetime }: Project['file']['certificates'][number],
  { host, name: source }: { readonly host: string; readonly name: string },
  { basisOf }: Project,
  known: KnownFacts,
): Finding[] {
  const runs = known.seen.find(host, 'probe', { target: source })
  const own = runs.filter(({ tags }) => SOURCE_OF_PROBE.get(tags['probe'] ?? '') === 'certificate')
  return isGone(host, own, EVERY_MS.get('certificate') ?? 0, known)
    ? [
        finding(
          'expected_certificate_missing',
          host,
          { certificate: id },
          { details: { name }, basis: basisOf([lifetime]) },
        ),
      ]
    : []
}

function finding(
  kind: string,
  host: string,
  tags: Finding['tags'],
  { value = 1, details = {}, basis }: Partial<Pick<Finding, 'value' | 'details' | 'basis'>> = {},
): Finding {
  return { kind, host, tags, value, details, basis }
}
