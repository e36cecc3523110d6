import { dirname } from 'node:path'
import { BackupRecords } from '../../backup-records/backup-records.ts'
import type { Session, SourceContext } from '../../source.ts'
import { findSilence } from '../server/silence.ts'
import { CopyMemory } from './copy-memory.ts'
import type { BackupCopySession, CopyFindings } from './copy-session.ts'
import type { CopySettings } from './copy-settings.ts'
import { CopyWatch } from './copy-watch.ts'

/** @param stallMs a test's */
export async function openBackupCopy(
  context: SourceContext,
  settings: CopySettings,
  stallMs?: number,
): Promise<Session<BackupCopySession>> {
  const { comparison, graceMs } = settings
  const memory = await CopyMemory.open(context, comparison?.rehashAfterMs)
  const watch =
    comparison === undefined
      ? undefined
      : new CopyWatch({
          comparison,
          graceMs,
          memory,
          context,
          ...(stallMs === undefined ? {} : { stallMs }),
        })
  const { directory } = context.memory
  const records = directory === undefined ? undefined : new BackupRecords(dirname(directory))
  const attestations = async () => {
    const { records: all = [], problem } = (await records?.read()) ?? { problem: undefined }
    return {
      problem,
      records: all.filter(
        ({ record: { said } }) => said.kind === 'attested' && said.job === settings.job,
      ),
    }
  }
  const lookAtRecords = async (): Promise<CopyFindings> => {
    await memory.save(false)
    const taken = (await attestations()).records.flatMap(({ record: { said } }) =>
      said.kind === 'attested' ? [said.takenMs] : [],
    )
    return {
      ...UNCOMPARED,
      state: taken.length === 0 ? 'unattested' : 'attested',
      ageFromMs: taken.length === 0 ? memory.declaredMs : Math.max(...taken),
    }
  }
  return {
    session: {
      settings,
      attestations,
      look(signal) {
        const silence = findSilence(context, [])
        if (silence !== undefined) throw silence.error
        return watch?.look(signal) ?? lookAtRecords()
      },
    },
    subject: '',
    cut: () => watch?.cut(),
    async [Symbol.asyncDispose]() {
      watch?.[Symbol.dispose]()
    },
  }
}

const UNCOMPARED = {
  isEqual: undefined,
  differences: undefined,
  sizeDeltaBytes: undefined,
  equalBytes: undefined,
  hashedBytes: 0,
  comparedMs: undefined,
  problem: undefined,
}
