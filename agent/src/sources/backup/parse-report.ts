import type { LocalizedText } from '@wardround/protocol'
import { asRecord } from '../../as-record.ts'
import { maskSecrets } from '../../mask-secrets.ts'
import type { BackupOutcome, BackupRun } from './backup-run.ts'

const REPORTED_OUTCOMES = ['ok', 'warning', 'running', 'failed'] as const

/** A run as a script reports it: what `wardround-agent backup report` and `backup run` send. */
export interface BackupReport {
  readonly id: string
  readonly status: BackupOutcome
  readonly startMs?: number
  readonly endMs?: number
  readonly bytes?: number
  readonly exitCode?: number
  /** Its last lines, secrets masked. */
  readonly message?: string
}

const MOST_TEXT = 2_000

/** What came by socket or file, or what is wrong with it. */
export function parseReport(value: unknown): BackupReport | LocalizedText {
  const { id, status, startMs, endMs, bytes, exitCode, message } = asRecord(value)
  const known = REPORTED_OUTCOMES.find((outcome) => outcome === status)
  if (known === undefined) return wrong('status')
  if (typeof id !== 'string' || !/^[\w.:-]{1,100}$/.test(id)) return wrong('id')
  if (!isTime(startMs)) return wrong('startMs')
  if (!isTime(endMs) || (endMs === undefined && known !== 'running')) return wrong('endMs')
  if (startMs !== undefined && endMs !== undefined && endMs < startMs) return wrong('endMs')
  if (!isCount(bytes)) return wrong('bytes')
  return {
    id,
    status: known,
    ...(startMs === undefined ? {} : { startMs }),
    ...(endMs === undefined || known === 'running' ? {} : { endMs }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(typeof exitCode === 'number' ? { exitCode } : {}),
    ...(typeof message === 'string'
      ? { message: maskSecrets(message.slice(-MOST_TEXT)).slice(-MOST_TEXT) }
      : {}),
  }
}

export function isReport(value: BackupReport | LocalizedText): value is BackupReport {
  return 'status' in value
}

export function toRun(report: BackupReport): BackupRun {
  const { id, status, startMs, endMs, bytes, message } = report
  return {
    id,
    outcome: status,
    startMs,
    endMs,
    bytesOut: bytes,
    message: message === undefined ? undefined : { zh: message, en: message },
  }
}

/** The year 9999 and no further: a time in microseconds is no time in milliseconds. */
const LAST_MS = 253_402_300_799_999

function isTime(value: unknown): value is number | undefined {
  return value === undefined || (typeof value === 'number' && value > 0 && value <= LAST_MS)
}

function isCount(value: unknown): value is number | undefined {
  return (
    value === undefined || (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0)
  )
}

function wrong(member: string): LocalizedText {
  return { zh: `报告中的 ${member} 无效`, en: `the report’s ${member} is no good` }
}
