import type { LocalizedText } from '@wardround/protocol'
import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'
import type { BackupEvidence, BackupRun } from './backup-run.ts'

/** Kinds of pgBackRest, the least first: one that is more serves as well. */
const KINDS = ['incr', 'diff', 'full']
const MOST_RUNS = 50
const FAILED_CODE = 5

/** What the codes of a repository mean; 0 is no proof that there is a backup. */
const CODES: Readonly<Record<number, LocalizedText>> = {
  1: { zh: '仓库中没有该 stanza 的目录', en: 'the repository has no path of this stanza' },
  2: { zh: '没有有效的备份', en: 'there is no valid backup' },
  3: { zh: '仓库中缺少该 stanza 的数据', en: 'the repository lacks the data of this stanza' },
  5: {
    zh: '备份属于另一个数据库（可能需要 stanza-upgrade）',
    en: 'the backups are of another database (a stanza-upgrade may be due)',
  },
  6: { zh: '没有所要求的备份', en: 'the backup that was asked for is not there' },
  99: { zh: 'pgBackRest 报告错误', en: 'pgBackRest reports an error' },
}

export interface PgbackrestJob {
  readonly stanza: string
  /** One repository alone. */
  readonly repo: number | undefined
  /** The least kind that counts. */
  readonly kind: string
}

/**
 * What `pgbackrest info --output=json` says of a stanza, by repository key: each is a copy of its own.
 * @throws ProbeError UNPARSABLE for what is no such answer
 */
export function parsePgbackrest(
  answer: string,
  job: PgbackrestJob,
): ReadonlyMap<number, BackupEvidence> {
  const stanza = parseStanzas(answer).find(({ name }) => name === job.stanza)
  const wanted = job.repo === undefined ? [] : [job.repo]
  if (stanza === undefined) return absentIn(wanted.length > 0 ? wanted : [1], noStanza(job))
  const repos = recordsOf(stanza['repo'])
  const keys = wanted.length > 0 ? wanted : repos.flatMap(({ key }) => numbersOf(key))
  if (keys.length === 0) return absentIn([1], describe(asRecord(stanza['status'])))
  return new Map(keys.map((key) => [key, evidenceOf(stanza, key, job)]))
}

function evidenceOf(stanza: Fields, key: number, job: PgbackrestJob): BackupEvidence {
  const repo = recordsOf(stanza['repo']).find((candidate) => candidate['key'] === key)
  if (repo === undefined) return { runs: [], absent: noRepo(key) }
  const status = asRecord(repo['status'])
  const running = runningIn(stanza, key)
  if (status['code'] !== 0) return { runs: running, absent: describe(status) }
  const backups = recordsOf(stanza['backup']).filter(isOf(stanza, key))
  const runs = backups.filter(isAtLeast(job.kind)).flatMap(toRun)
  const own = hasOtherDatabase(stanza, key) ? runs.map(ofOther) : runs
  const sorted = own.toSorted((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0))
  return {
    runs: [...sorted.slice(-MOST_RUNS), ...running],
    oldestMs: sorted[0]?.endMs,
    ...(sorted.length === 0 ? { absent: noBackup(job.kind) } : {}),
  }
}

/** In this repository, and of the database as it is now: not of one before an upgrade. */
function isOf(stanza: Fields, key: number): (backup: Fields) => boolean {
  const newest = Math.max(...databasesOf(stanza, key).flatMap(({ id }) => numbersOf(id)))
  return (backup) => {
    const database = asRecord(backup['database'])
    return database['repo-key'] === key && (newest === -Infinity || database['id'] === newest)
  }
}

/** Code 5 of the stanza: the repositories' newest databases differ, and this is not the one that was upgraded last. */
function hasOtherDatabase(stanza: Fields, key: number): boolean {
  if (asRecord(stanza['status'])['code'] !== FAILED_CODE) return false
  const newest = recordsOf(stanza['backup'])
    .toSorted((a, b) => stopOf(a) - stopOf(b))
    .at(-1)
  const leader = asRecord(newest?.['database'])['repo-key']
  return typeof leader === 'number' && systemOf(stanza, leader) !== systemOf(stanza, key)
}

/** Identifies the cluster whose backups the repository now takes. */
function systemOf(stanza: Fields, key: number): unknown {
  return databasesOf(stanza, key)
    .toSorted((a, b) => Number(a['id']) - Number(b['id']))
    .at(-1)?.['system-id']
}

function databasesOf(stanza: Fields, key: number): readonly Fields[] {
  return recordsOf(stanza['db']).filter((database) => database['repo-key'] === key)
}

function stopOf(backup: Fields): number {
  return numbersOf(asRecord(backup['timestamp'])['stop'])[0] ?? 0
}

function isAtLeast(kind: string): (backup: Fields) => boolean {
  const least = KINDS.indexOf(kind)
  return ({ type }) => typeof type === 'string' && KINDS.indexOf(type) >= least
}

function toRun(backup: Fields): BackupRun[] {
  const { label, timestamp, info, type, error } = backup
  const { start, stop } = asRecord(timestamp)
  if (typeof label !== 'string' || typeof start !== 'number' || typeof stop !== 'number') return []
  const { size, repository } = asRecord(info)
  const { delta, size: stored } = asRecord(repository)
  const hasBadPages = error === true
  return [
    {
      id: label.slice(0, 100),
      outcome: hasBadPages ? 'warning' : 'ok',
      startMs: start * 1000,
      endMs: stop * 1000,
      bytesIn: numbersOf(size)[0],
      bytesOut: numbersOf(delta)[0] ?? numbersOf(stored)[0],
      // what an incremental adds differs from day to day; the database that it backs up does not
      comparedBytes: type === 'full' ? undefined : numbersOf(size)[0],
      family: String(type),
      checksumOk: typeof error === 'boolean' ? !error : undefined,
      message: hasBadPages ? BAD_PAGES : undefined,
    },
  ]
}

function ofOther(run: BackupRun): BackupRun {
  return { ...run, outcome: 'failed', message: CODES[FAILED_CODE] }
}

/** Where the lock tells of repositories, of this one. */
function runningIn(stanza: Fields, key: number): BackupRun[] {
  const lock = asRecord(asRecord(asRecord(stanza['status'])['lock'])['backup'])
  if (lock['held'] !== true) return []
  const repos = recordsOf(lock['repo'])
  const own = repos.find((repo) => repo['key'] === key)
  if (repos.length > 0 && own === undefined) return []
  return [{ id: 'running', outcome: 'running', bytesOut: numbersOf((own ?? lock)['size-cplt'])[0] }]
}

type Fields = Readonly<Record<string, unknown>>

/** system-id has 64 bits: as a number its last digits would be lost. */
function parseStanzas(answer: string): readonly Fields[] {
  try {
    const exact = answer.replaceAll(/"system-id"\s*:\s*(\d{1,20})/g, '"system-id":"$1"')
    const stanzas: unknown = JSON.parse(exact)
    if (Array.isArray(stanzas)) return recordsOf(stanzas)
  } catch {
    // told below
  }
  throw new ProbeError('UNPARSABLE', {
    zh: 'pgbackrest info 的输出不是预期的 JSON',
    en: 'pgbackrest info did not answer with the JSON that is expected',
  })
}

function recordsOf(value: unknown): readonly Fields[] {
  return asList(value).map(asRecord)
}

function numbersOf(value: unknown): number[] {
  return typeof value === 'number' && Number.isFinite(value) ? [value] : []
}

function absentIn(keys: readonly number[], absent: LocalizedText): Map<number, BackupEvidence> {
  return new Map(keys.map((key) => [key, { runs: [], absent }]))
}

function describe({ code, message }: Fields): LocalizedText {
  const known = typeof code === 'number' ? CODES[code] : undefined
  const said = typeof message === 'string' ? message.slice(0, 1000) : ''
  if (known === undefined || code === 99)
    return { zh: `pgBackRest 状态：${said}`, en: `pgBackRest says: ${said}` }
  return known
}

function noStanza({ stanza }: PgbackrestJob): LocalizedText {
  return { zh: `没有名为 ${stanza} 的 stanza`, en: `there is no stanza ${stanza}` }
}

function noRepo(key: number): LocalizedText {
  return { zh: `没有 repo${key}`, en: `there is no repo${key}` }
}

function noBackup(kind: string): LocalizedText {
  return {
    zh: `当前数据库没有 ${kind} 或更完整的备份`,
    en: `the database as it is now has no backup that is ${kind} or more`,
  }
}

const BAD_PAGES: LocalizedText = {
  zh: '备份时发现数据页校验和错误',
  en: 'pages with wrong checksums were found while it was made',
}
