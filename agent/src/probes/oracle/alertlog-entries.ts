import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { textFor } from '../../sources/log/log-excerpt.ts'
import { alertCodes } from '../../sources/log/oracle-alert-records.ts'
import { StatementError } from '../../sources/server/server-driver.ts'
import { chooseVariant } from '../../statement.ts'
import { MAX_ALERT_EVENTS, type AlertRun, type FileReading } from './alertlog-file.ts'
import { ENTRIES } from './alertlog-statements.ts'

/** What the view gave so far. */
export interface EntriesMemory {
  /** When it was last asked, monotonic ms. */
  readonly askedAtMs: number
  /** When it last answered. */
  readonly readAtMs: number | undefined
  /** It is not asked again before that. */
  readonly pauseMs: number
  /** Why it did not answer the last time. */
  readonly failure: LocalizedText | undefined
  /** Rows of the last answer: the next one overlaps. */
  readonly seen: ReadonlySet<string>
}

export interface EntriesRun extends AlertRun {
  readonly monotonicMs: number
  readonly remark: (text: LocalizedText) => void
}

/** Dear to the server: asked once a minute, whatever the interval of the probe is. */
const EVERY_MS = 55_000
/** After a failure twice as long each time, up to this. */
const LONGEST_PAUSE_MS = 3_600_000
const OVERLAP_SECONDS = 30
/** After a longer time without an answer, older rows are left out. */
const LONGEST_SECONDS = 7_200

/**
 * Reads what is new in V$DIAG_ALERT_EXT. A statement that fails is told, and asked again after a pause that grows to an hour.
 * @param onCodes is given the codes of each new row
 * @throws ProbeError, NoDataError as rows() does where nothing was asked, and where the server is too old for the view
 */
export async function readEntries(
  run: EntriesRun,
  memory: EntriesMemory | undefined,
  { reason, denial }: Pick<FileReading, 'reason' | 'denial'>,
  onCodes: (codes: readonly string[]) => void,
): Promise<EntriesMemory> {
  const { session, signal, monotonicMs, remark } = run
  if (chooseVariant([ENTRIES], await session.facts(signal)) === undefined)
    throw (
      denial ??
      new NoDataError({
        zh: `${reason.zh}，且 V$DIAG_ALERT_EXT 自 12.2 才有`,
        en: `${reason.en}, and V$DIAG_ALERT_EXT is there since 12.2 only`,
      })
    )
  remark({
    zh: `${reason.zh}；改为每分钟查询 V$DIAG_ALERT_EXT（12.2 起，开销较大）`,
    en: `${reason.en}; V$DIAG_ALERT_EXT is asked instead, once a minute (12.2 and later; it costs more)`,
  })
  if (memory !== undefined && monotonicMs - memory.askedAtMs < memory.pauseMs) {
    if (memory.failure !== undefined) remark(memory.failure)
    return memory
  }
  const sinceMs = monotonicMs - (memory?.readAtMs ?? monotonicMs)
  const seconds = Math.min(LONGEST_SECONDS, Math.ceil(sinceMs / 1000) + OVERLAP_SECONDS)
  try {
    const rows = await session.rows([ENTRIES], signal, [seconds])
    const keys = rows.map((row) => keyOf(session.instance, row))
    const fresh = rows.filter((_row, at) => memory?.seen.has(keys[at] ?? '') !== true)
    // What is there at the first look was written before.
    if (memory?.readAtMs !== undefined) takeRows(run, fresh, onCodes)
    const now = { askedAtMs: monotonicMs, readAtMs: monotonicMs, pauseMs: EVERY_MS }
    return { ...now, failure: undefined, seen: new Set(keys) }
  } catch (error) {
    if (!isOfStatement(error)) throw error
    return afterFailure(run, memory, error)
  }
}

/** The server had the statement and did not answer it: it is spared. A missing grant is the session's to remember. */
function isOfStatement(error: unknown): error is ProbeError {
  return (
    error instanceof ProbeError &&
    error.code !== 'NOT_PERMITTED' &&
    error.cause instanceof StatementError
  )
}

function afterFailure(
  { monotonicMs, remark }: EntriesRun,
  memory: EntriesMemory | undefined,
  { text, message }: ProbeError,
): EntriesMemory {
  const lastMs = memory?.failure === undefined ? EVERY_MS : memory.pauseMs
  const pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * lastMs)
  const minutes = Math.ceil(pauseMs / 60_000)
  const failure = {
    zh: `${text?.zh ?? message}；${minutes} 分钟后再查询 V$DIAG_ALERT_EXT`,
    en: `${text?.en ?? message}; V$DIAG_ALERT_EXT is asked again after ${minutes} min`,
  }
  remark(failure)
  const { readAtMs, seen = new Set<string>() } = memory ?? {}
  return { askedAtMs: monotonicMs, readAtMs, pauseMs, failure, seen }
}

function takeRows(
  { session, options, emitEvent }: AlertRun,
  rows: readonly Row[],
  onCodes: (codes: readonly string[]) => void,
): void {
  let events = 0
  for (const row of rows) {
    const lines = (textOf(row, 'MESSAGE_TEXT') ?? '').split(/\r?\n/)
    const found = alertCodes(lines)
    if (found.length === 0) continue
    onCodes(found)
    if (++events > MAX_ALERT_EVENTS) continue
    const { instance } = session
    const text = textFor([textOf(row, 'WRITTEN_AT') ?? '', ...lines], options)
    const body = { instance, file: 'V$DIAG_ALERT_EXT', rules: [...new Set(found)].slice(0, 20) }
    emitEvent('log', keyOf(instance, row), { ...body, ...text })
  }
}

function keyOf(instance: string, row: Row): string {
  return `alertlog:${instance}:${textOf(row, 'WRITTEN_AT') ?? ''}:${numberOf(row, 'RECORD_ID') ?? ''}`
}
