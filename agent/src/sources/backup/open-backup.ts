import { dirname } from 'node:path'
import { KeptFile } from '../../kept-file.ts'
import { takeReports, type TakenReports } from '../../report-spool.ts'
import type { Session, SourceContext } from '../../source.ts'
import { BackupSession } from './backup-session.ts'
import { readSchedule } from './backup-schedule.ts'
import { isKeptJob } from './kept-job.ts'
import { copyOf, openReader } from './open-reader.ts'
import { PatientReader } from './patient-reader.ts'

/** The session of one declared job; nothing is asked before the first look. */
export function openBackup(context: SourceContext): Session<BackupSession> {
  const { options, memory, keepsPlaces, name } = context
  const { job, database, tool, kind, repo } = options
  const evidence = openReader(context)
  const reader = evidence === undefined ? undefined : new PatientReader(evidence, context.timers)
  const state = memory.directory === undefined ? undefined : dirname(memory.directory)
  const session = new BackupSession({
    names: { job: String(job), database: String(database), tool: String(tool), kind: String(kind) },
    copy: copyOf(options),
    hasCopies: tool === 'pgbackrest' && repo === undefined,
    schedule: readSchedule(options),
    reader,
    kept: new KeptFile(context, 'backup', isKeptJob),
    spool: {
      take: async () =>
        state === undefined || !keepsPlaces ? NOTHING_SPOOLED : takeReports(state, name),
    },
  })
  return {
    session,
    subject: '',
    tell: (_verb, argument) => session.report(argument),
    async [Symbol.asyncDispose]() {
      reader?.[Symbol.dispose]()
    },
  }
}

const NOTHING_SPOOLED: TakenReports = { reports: [], forget: async () => undefined }
