import type { LocalizedText } from '@wardround/protocol'
import { NoDataError } from '../../probe.ts'
import { numberOf, textOf, type Row } from '../../row.ts'
import { textFor } from '../../sources/log/log-excerpt.ts'
import { alertCodes } from '../../sources/log/oracle-alert-records.ts'
import { chooseVariant } from '../../statement.ts'
import { CodeCounts } from './alert-codes.ts'
import { MAX_ALERT_EVENTS, type AlertRun, type FileReading } from './alertlog-file.ts'
import { ENTRIES } from './alertlog-statements.ts'

/** What the view gave so far. */
export interface EntriesMemory {
  /** Monotonic ms. */
  readonly askedAtMs: number
  /** Rows of the last answer: the next one overlaps. */
  readonly seen: ReadonlySet<string>
  readonly counts: Map<string, number>
}

export interface EntriesRun extends AlertRun {
  readonly monotonicMs: number
  readonly remark: (text: LocalizedText) => void
}

/** Dear to the server: asked once a minute, whatever the interval of the probe is. */
const EVERY_MS = 55_000
const OVERLAP_SECONDS = 30
/** After a longer pause, older rows are left out. */
const LONGEST_SECONDS = 3_600

/**
 * Reads what is new in V$DIAG_ALERT_EXT.
 * @throws ProbeError, NoDataError as rows() does, and where the server is too old for the view
 */
export async function readEntries(
  run: EntriesRun,
  memory: EntriesMemory | undefined,
  { reason, denial }: Pick<FileReading, 'reason' | 'denial'>,
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
  if (memory !== undefined && monotonicMs - memory.askedAtMs < EVERY_MS) return memory
  const sinceMs = monotonicMs - (memory?.askedAtMs ?? monotonicMs)
  const seconds = Math.min(LONGEST_SECONDS, Math.ceil(sinceMs / 1000) + OVERLAP_SECONDS)
  const rows = await session.rows([ENTRIES], signal, [seconds])
  const counts = memory?.counts ?? new Map<string, number>()
  const keys = rows.map((row) => keyOf(session.instance, row))
  const fresh = rows.filter((_row, at) => memory?.seen.has(keys[at] ?? '') !== true)
  // What is there at the first look was written before.
  if (memory !== undefined) takeRows(run, fresh, new CodeCounts(counts))
  return { askedAtMs: monotonicMs, seen: new Set(keys), counts }
}

function takeRows(
  { session, options, emitEvent }: AlertRun,
  rows: readonly Row[],
  codes: CodeCounts,
): void {
  let events = 0
  for (const row of rows) {
    const lines = (textOf(row, 'MESSAGE_TEXT') ?? '').split(/\r?\n/)
    const found = alertCodes(lines)
    if (found.length === 0) continue
    codes.add(found)
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
