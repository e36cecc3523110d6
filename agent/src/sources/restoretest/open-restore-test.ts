import { dirname } from 'node:path'
import { asRecord } from '../../as-record.ts'
import { BackupRecords } from '../../backup-records/backup-records.ts'
import { KeptFile } from '../../kept-file.ts'
import type { Session, SourceContext } from '../../source.ts'
import type { RestoreTestSession } from './restore-test-session.ts'

interface Kept {
  readonly declaredMs: number
}

export async function openRestoreTest(
  context: SourceContext,
): Promise<Session<RestoreTestSession>> {
  const { options, standing } = context
  const { directory } = context.memory
  const records = directory === undefined ? undefined : new BackupRecords(dirname(directory))
  const job = String(options['job'])
  const declaredMs = await readDeclared(context)
  return {
    session: {
      job,
      database: typeof options['database'] === 'string' ? options['database'] : '',
      declaredMs,
      async records() {
        const { records: all = [], problem } = (await records?.read()) ?? { problem: undefined }
        if (problem === undefined) standing.enter('working')
        else standing.enter('failing', problem)
        return { problem, records: all.filter(({ record }) => record.said.job === job) }
      },
    },
    subject: '',
    async [Symbol.asyncDispose]() {},
  }
}

/** The day that agent.yaml names, at its local midnight; else when this agent first heard of it. */
async function readDeclared(context: SourceContext): Promise<number> {
  const { declared } = context.options
  if (typeof declared === 'string') return Date.parse(`${declared}T00:00:00`)
  const file = new KeptFile<Kept>(context, 'restoretest', isKept)
  const kept = await file.read()
  if (kept !== undefined) return kept.declaredMs
  const declaredMs = context.clocks.nowMs()
  await file.write({ declaredMs })
  return declaredMs
}

function isKept(value: unknown): value is Kept {
  return Number.isFinite(asRecord(value)['declaredMs'])
}
