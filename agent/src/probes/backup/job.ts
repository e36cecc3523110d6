import { createHash } from 'node:crypto'
import type { JsonValue } from '@wardround/protocol'
import { backupJob, backupJobStates } from '../../measurements/backup-job.ts'
import { defineProbe, remembers, type ProbeRun } from '../../probe.ts'
import { backup } from '../../sources/backup.ts'
import type { BackupRun } from '../../sources/backup/backup-run.ts'
import {
  reasonOf,
  type BackupSession,
  type CopyStanding,
} from '../../sources/backup/backup-session.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const MEASUREMENTS = { backup_job: backupJob } as const

/** What was sent of each copy. */
interface Sent {
  readonly documents: Readonly<Record<string, SentDocument>>
  readonly events: Readonly<Record<string, string>>
}

/**
 * How a declared backup job stands: its latest run, and how long ago it last succeeded, against its schedule. Source: what its tool, its
 * files or its reports show; a tool is asked every ten minutes, files are looked at at every run. Needs: that the agent may read these.
 */
export default defineProbe({
  name: 'backup.job',
  source: backup,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: {
    zh: 'pgbackrest info、备份文件、导出日志、restic/borg 列表、脚本报告',
    en: 'pgbackrest info, backup files, export logs, lists of restic and borg, reports of scripts',
  },
  needs: {
    zh: '对备份文件或仓库的读权限',
    en: 'read access to the backup files or the repository',
  },
  help: { zh: '备份作业', en: 'Backup jobs' },
  measurements: MEASUREMENTS,
  remembers: remembers<Sent>(),
  async sample(run) {
    const { session, timeMs, signal, emit, memory } = run
    const { copies, failure } = await session.look(timeMs, signal)
    const documents: Record<string, SentDocument> = {}
    const events: Record<string, string> = {}
    for (const standing of copies) {
      const { copy, verdict } = standing
      emit('backup_job', { ...session.names, copy }, verdict.fields)
      events[copy] = tellRun(run, standing)
      documents[copy] = sendWhenChanged(
        run,
        `backup_job:${session.names.job}:${copy}`,
        describe(session, standing, failure),
        memory?.documents[copy],
        'newest',
      )
    }
    if (failure !== undefined) throw failure
    return { documents, events }
  },
})

type Run = ProbeRun<BackupSession, typeof MEASUREMENTS, Sent>

/** A run that has ended is an event, once. @returns its key */
function tellRun(run: Run, { copy, verdict }: CopyStanding): string {
  const { latest } = verdict
  const before = run.memory?.events[copy] ?? ''
  if (latest === undefined || latest.outcome === 'running') return before
  const { names } = run.session
  const hash = createHash('sha256').update(latest.id).digest('hex').slice(0, 16)
  const key = `${names.job}:${copy}:${hash}:${latest.outcome}`
  if (key !== before) run.emitEvent('backup', key, { ...names, copy, ...bodyOf(latest) })
  return key
}

function bodyOf(latest: BackupRun): Record<string, JsonValue> {
  const { outcome, startMs, endMs, bytesIn, bytesOut, message } = latest
  return {
    result: outcome,
    ...(startMs === undefined ? {} : { start: new Date(startMs).toISOString() }),
    ...(endMs === undefined ? {} : { end: new Date(endMs).toISOString() }),
    ...(bytesIn === undefined ? {} : { bytesIn }),
    ...(bytesOut === undefined ? {} : { bytesOut }),
    ...(message === undefined ? {} : { error: { ...message } }),
  }
}

/** Why it stands as it does, in words. */
function describe(
  { names }: BackupSession,
  standing: CopyStanding,
  failure: Error | undefined,
): JsonValue {
  const { copy, verdict } = standing
  const reason = reasonOf(standing, failure)
  const status = Object.entries(backupJobStates).find(
    ([value]) => Number(value) === verdict.fields['status'],
  )
  return {
    ...names,
    copy,
    status: status === undefined ? null : { ...status[1] },
    ...(reason === undefined ? {} : { reason: { ...reason } }),
    ...(verdict.latest === undefined ? {} : { run: bodyOf(verdict.latest) }),
  }
}
