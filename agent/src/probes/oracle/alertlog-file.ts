import type { JsonValue, LocalizedText } from '@wardround/protocol'
import { ProbeError } from '../../probe.ts'
import { textOf } from '../../row.ts'
import { textFor } from '../../sources/log/log-excerpt.ts'
import { plainFamily, type LogFamily } from '../../sources/log/log-family.ts'
import type { LogFollower } from '../../sources/log/log-follower.ts'
import { alertCodes, continuesAlertRecord } from '../../sources/log/oracle-alert-records.ts'
import { alertPath } from '../../sources/oracle/alert-place.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import { CodeCounts } from './alert-codes.ts'
import { PLACE } from './alertlog-statements.ts'

/** What of a run is needed here. */
export interface AlertRun {
  readonly session: OracleSession
  readonly options: { readonly excerpt: boolean }
  readonly signal: AbortSignal
  readonly timeMs: number
  readonly emitEvent: (kind: string, key: string, body: JsonValue) => void
}

const MAX_BYTES_PER_RUN = 8 * 1_048_576
/** Of one run; the rest is counted. */
export const MAX_ALERT_EVENTS = 20

/** What came of a look at the text file. */
export interface FileReading {
  /** As the database said since the agent started. */
  readonly path: string | undefined
  /** Undefined where the file can't be read, for the reason. */
  readonly follower: LogFollower | undefined
  /** What was counted of this log so far, by the file or beside it; undefined where the log is not known. */
  readonly counts: Map<string, number> | undefined
  /** Lines that this look gave. */
  readonly lines: number
  readonly reason: LocalizedText
  /** It is there and may not be read. */
  readonly denial: ProbeError | undefined
}

/**
 * Reads what is new in the text file.
 * @param path as an earlier run found it
 * @param ahead what was counted elsewhere while the file could not be read, by code: it is not counted again
 * @throws ProbeError as rows() does where the file is not known
 */
export async function readAlertFile(
  run: AlertRun,
  path: string | undefined,
  ahead: Map<string, number>,
): Promise<FileReading> {
  const { session, signal } = run
  const found = session.alertLog.path ?? path ?? (await askPath(session, signal))
  const known = found ?? (await session.alertLog.files.fact('alertlog'))
  if (known === undefined) return { path: found, ...unread(UNNAMED) }
  const follower = await followAlertLog(session, plainFamily(known))
  const { counts, totals } = follower
  const before = totals.lines
  try {
    await readNew(run, follower, ahead)
    const there = follower.isThere ? { follower, lines: totals.lines - before } : {}
    return { path: found, ...unread(absent(known)), counts, ...there }
  } catch (error) {
    if (error instanceof ProbeError && error.code === 'NOT_PERMITTED' && error.text !== undefined)
      return { path: found, ...unread(error.text), counts, denial: error }
    throw error
  }
}

function unread(reason: LocalizedText): Omit<FileReading, 'path'> {
  return { follower: undefined, counts: undefined, lines: 0, reason, denial: undefined }
}

const UNNAMED = { zh: '数据库没有给出告警日志的路径', en: 'the database names no alert log' }

/** Undefined while it does not answer and said it earlier: the log of a database that is down is wanted most. */
async function askPath(session: OracleSession, signal: AbortSignal): Promise<string | undefined> {
  const { files } = session.alertLog
  try {
    const [row] = await session.rows([PLACE], signal)
    const directory = row === undefined ? undefined : textOf(row, 'DIRECTORY')
    const path = alertPath(
      directory ?? '',
      row === undefined ? '' : (textOf(row, 'INSTANCE_NAME') ?? ''),
    )
    if (path !== undefined) await files.setFact('alertlog', path)
    await files.setFact('database', (await session.instanceTags(signal)).database)
    return path
  } catch (error) {
    if ((await files.fact('alertlog')) === undefined) throw error
    return undefined
  }
}

function followAlertLog(
  { alertLog: { files, encoding } }: OracleSession,
  family: LogFamily,
): Promise<LogFollower> {
  return files.follow('alert', { family, encoding, continues: continuesAlertRecord })
}

async function readNew(
  { session, options, signal, timeMs, emitEvent }: AlertRun,
  follower: LogFollower,
  ahead: Map<string, number>,
): Promise<void> {
  const codes = new CodeCounts(follower.counts)
  let events = 0
  await session.alertLog.files.read(
    follower,
    (record) => {
      const found = alertCodes(record.lines).filter((code) => !takeOne(ahead, code))
      if (found.length === 0) return
      codes.add(found, timeMs)
      if (++events > MAX_ALERT_EVENTS) return
      const { instance } = session
      const body = { instance, file: follower.label, rules: [...new Set(found)].slice(0, 20) }
      emitEvent('log', record.key(), { ...body, ...textFor(record.lines, options) })
    },
    { maxBytes: MAX_BYTES_PER_RUN, signal },
  )
}

function takeOne(ahead: Map<string, number>, code: string): boolean {
  const left = ahead.get(code) ?? 0
  if (left > 0) ahead.set(code, left - 1)
  return left > 0
}

function absent(path: string): LocalizedText {
  return { zh: `本机没有 ${path}`, en: `${path} is not on this machine` }
}
