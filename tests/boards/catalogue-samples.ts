import { CATALOGUE } from '@wardround/protocol'
import type { FieldDeclaration, MeasurementDeclaration } from '@wardround/protocol'

/*
 * A made-up site on which every probe runs: each measurement of the catalogue, all its fields, with tags that have the values of the field's own
 * world, so that a board that asks for another value finds nothing.
 */

/** Values of tags whose words mean something; others are `NAME-1` and so on. */
const TAG_VALUES: Readonly<Record<string, readonly string[]>> = {
  'cpu.cpu': ['cpu-total'],
  'disk.mode': ['rw'],
  'disk.fstype': ['xfs'],
  'mount.fstype': ['xfs'],
  'pressure.resource': ['cpu', 'memory', 'io'],
  'pressure.type': ['some', 'full'],
  'nstat.name': ['netstat'],
  'smart_device.kind': ['ssd', 'nvme'],
  'raid.type': ['controller', 'raid5'],
  'x509_cert.type': ['leaf'],
  'x509_cert.kind': ['', 'usb-key'],
  'backup_job.copy': ['1'],
  'backup_job.tool': ['rman'],
  'oracle_tablespace.contents': ['PERMANENT', 'TEMPORARY', 'UNDO'],
  'oracle_resource.resource': ['processes', 'sessions'],
  'oracle_session.status': ['ACTIVE', 'INACTIVE'],
  'oracle_session.type': ['USER', 'BACKGROUND'],
  'oracle_sysmetric.metric': [
    'Buffer Cache Hit Ratio',
    'Library Cache Hit Ratio',
    'Average Active Sessions',
    'Executions Per Sec',
    'User Transaction Per Sec',
    'Physical Reads Per Sec',
    'Physical Writes Per Sec',
    'Redo Generated Per Sec',
    'Host CPU Utilization (%)',
    'SQL Service Response Time',
    'Hard Parse Count Per Sec',
    'Logons Per Sec',
    'Database CPU Time Ratio',
    'Database Wait Time Ratio',
  ],
  'oracle_alertlog.code': ['ORA-00600', 'ORA-00060'],
  'fc_sensor.type': ['temperature', 'fan', 'power-supply'],
  'fc_event.level': ['critical', 'error', 'warning'],
  'array_component.type': ['controller', 'disk', 'enclosure', 'fan', 'psu'],
  'source.type': ['oracle', 'snmp'],
  'tomcat_access.status': ['2xx', '5xx'],
}

/** Two hosts, as agents have them. */
export const HOSTS = ['db1', 'app1'] as const
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Line protocol with times in ms, in pieces that a store takes at once: a month up to `nowMs`, seldom at first, close together at the end. */
export function* catalogueLines(nowMs: number): Generator<string> {
  for (const { everySeconds, measurements } of CATALOGUE) {
    const times = timesOf(nowMs, everySeconds * 1000)
    for (const [name, declaration] of Object.entries(measurements)) {
      const fields = Object.entries(declaration.fields)
      if (fields.length === 0) continue
      const series = seriesOf(name, declaration)
      yield series
        .flatMap((tags, number) =>
          times.map((timeMs) => {
            const values = fields.map(
              ([field, of]) => `${field}=${valueOf(of, field, timeMs, nowMs, number)}`,
            )
            return `${name}${tags} ${values.join(',')} ${timeMs}`
          }),
        )
        .join('\n')
    }
  }
}

/** A month each hour (or as the probe runs), the last two hours as the probe runs or each half minute. */
function timesOf(nowMs: number, everyMs: number): number[] {
  const times = new Set<number>()
  const seldom = Math.max(everyMs, 3 * HOUR_MS)
  for (let timeMs = nowMs - 31 * DAY_MS; timeMs <= nowMs; timeMs += seldom) times.add(timeMs)
  const often = Math.max(everyMs, MINUTE_MS / 2)
  for (let timeMs = nowMs - Math.max(2 * HOUR_MS, 3 * often); timeMs <= nowMs; timeMs += often)
    times.add(timeMs)
  return [...times].toSorted((a, b) => a - b)
}

/** The tags of each series, as line protocol has them. */
function seriesOf(
  name: string,
  { identifyingTags, descriptiveTags = [] }: MeasurementDeclaration,
): string[] {
  const tags = [...identifyingTags, ...descriptiveTags]
  const choices = tags.map((tag) =>
    (TAG_VALUES[`${name}.${tag}`] ?? [`${tag}-1`]).map((value) => [tag, value] as const),
  )
  const combinations = choices.reduce<(readonly [string, string])[][]>(
    (before, values) => before.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  )
  return HOSTS.flatMap((host) =>
    combinations.map((own) =>
      [['host', host] as const, ['project', 'hc'] as const, ['role', 'database'] as const, ...own]
        .filter(([, value]) => value !== '')
        .map(([tag, value]) => `,${tag}=${escaped(value)}`)
        .join(''),
    ),
  )
}

function escaped(value: string): string {
  return value.replaceAll(/[,= ]/g, String.raw`\$&`)
}

/** Counters rise, levels waver and grow a little, states take their turns. */
function valueOf(
  { kind, unit, states }: FieldDeclaration,
  field: string,
  timeMs: number,
  nowMs: number,
  number: number,
): number {
  const minutes = (timeMs - nowMs) / MINUTE_MS
  const spread = field.split('').reduce((sum, letter) => sum + letter.charCodeAt(0), number * 17)
  if (states !== undefined) {
    const known = Object.keys(states).map(Number)
    return known[Math.abs(Math.floor(minutes / 10) + spread) % known.length]!
  }
  if (unit === 'boolean') return (Math.abs(Math.floor(minutes / 10)) + spread) % 2
  if (kind === 'counter') return 1e9 + Math.round((minutes + 50_000) * (10 + (spread % 50)))
  if (unit === 'timestamp_seconds') return Math.round(timeMs / 1000)
  const level = unit === 'percent' ? 40 : 1000
  return level + (spread % 30) + 10 * Math.sin(minutes / 30) + minutes / 5000
}
