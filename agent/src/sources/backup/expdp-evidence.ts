import { maskSecrets } from '../../mask-secrets.ts'
import type { BackupEvidence, BackupRun } from './backup-run.ts'
import { readTail } from './check-trailer.ts'
import { findFiles, type FoundFile } from './find-files.ts'
import { LOOKS } from './lane.ts'
import { EXPDP_TAIL_BYTES, parseExpdpLog, type ExpdpEnding } from './parse-expdp-log.ts'

export interface ExpdpJob {
  readonly log: string
  readonly dumps: readonly string[]
  readonly minBytes: number
}

/** A large table may be exported for so long without a byte in log or dump. */
const QUIET_MS = 1_800_000
/** Where the log does not say how long it took. */
const LONGEST_MS = 86_400_000
/** Clocks of the file system and of the database. */
const SLACK_MS = 60_000

/**
 * Data Pump: what its newest log says, and whether the dump files are there. A log that says complete without a dump, or with one of
 * zero bytes, is a failure.
 * @throws ProbeError where files can't be listed or read
 */
export function readExpdpEvidence(
  job: ExpdpJob,
  nowMs: number,
  signal?: AbortSignal,
): Promise<BackupEvidence> {
  return LOOKS.run(() => lookAtFiles(job, nowMs, signal))
}

async function lookAtFiles(
  job: ExpdpJob,
  nowMs: number,
  signal: AbortSignal | undefined,
): Promise<BackupEvidence> {
  const log = (await findFiles([job.log], signal)).at(-1)
  if (log === undefined)
    return {
      runs: [],
      absent: { zh: `没有日志 ${job.log}`, en: `there is no log ${job.log}` },
    }
  const dumps = await findFiles(job.dumps, signal)
  const ending = parseExpdpLog(await readTail(log.path, EXPDP_TAIL_BYTES))
  const run = ending === undefined ? unended(log, dumps, nowMs) : ended(job, log, dumps, ending)
  return { runs: [run], oldestMs: dumps[0]?.modifiedMs }
}

/** Runs while log or dump moves. */
function unended(log: FoundFile, dumps: readonly FoundFile[], nowMs: number): BackupRun {
  const movedMs = Math.max(log.modifiedMs, dumps.at(-1)?.modifiedMs ?? 0)
  const startMs = log.createdMs
  const id = `${log.path}|${startMs ?? log.modifiedMs}`
  if (nowMs - movedMs < QUIET_MS) return { id, outcome: 'running', startMs }
  return {
    id,
    outcome: 'failed',
    endMs: movedMs,
    message: {
      zh: '日志没有结束行：导出中断',
      en: 'the log has no last line: the export broke off',
    },
  }
}

function ended(
  { minBytes }: ExpdpJob,
  log: FoundFile,
  dumps: readonly FoundFile[],
  { outcome, elapsedMs, lines }: ExpdpEnding,
): BackupRun {
  const endMs = log.modifiedMs
  const sinceMs = endMs - (elapsedMs ?? LONGEST_MS) - SLACK_MS
  const own = dumps.filter(({ modifiedMs }) => modifiedMs >= sinceMs)
  const bytesOut = own.reduce((sum, { bytes }) => sum + bytes, 0)
  const isWhole = own.length > 0 && own.every(({ bytes }) => bytes > 0) && bytesOut >= minBytes
  const said = maskSecrets(lines.join('\n'))
  return {
    id: `${log.path}|${log.bytes}|${endMs}`,
    outcome: isWhole ? outcome : 'failed',
    startMs: elapsedMs === undefined ? undefined : endMs - elapsedMs,
    endMs,
    bytesOut,
    verified: isWhole && outcome !== 'failed',
    message: messageOf(isWhole, outcome, own, said),
  }
}

function messageOf(
  isWhole: boolean,
  outcome: BackupRun['outcome'],
  own: readonly FoundFile[],
  said: string,
): BackupRun['message'] {
  if (!isWhole && outcome !== 'failed')
    return own.length === 0
      ? {
          zh: `日志显示完成，但没有转储文件\n${said}`,
          en: `the log says complete, but there is no dump file\n${said}`,
        }
      : {
          zh: `日志显示完成，但转储文件为空或过小\n${said}`,
          en: `the log says complete, but a dump file is empty or too small\n${said}`,
        }
  return outcome === 'ok' ? undefined : { zh: said, en: said }
}
