import { hasExpression } from '../option-check.ts'
import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { BACKUP_OPTIONS } from './backup/backup-options.ts'
import type { BackupSession } from './backup/backup-session.ts'
import { findJobProblems } from './backup/find-job-problems.ts'
import { loadRe2 } from './re2-engine.ts'

/** For `source:` of a probe. */
export const backup: SourceReference<BackupSession> = { type: 'backup' }

/**
 * One declared backup job: what it leaves is looked at, and scripts report its runs by `wardround-agent backup run` and `report`. Nothing is
 * written, and no lock of a backup tool is taken.
 */
export const backupSource: Source<BackupSession> = {
  type: 'backup',
  platforms: ['linux', 'darwin', 'win32'],
  options: BACKUP_OPTIONS,
  required: ['job', 'tool'],
  verbs: ['backup-report'],
  check: findJobProblems,
  async open(context: SourceContext): Promise<Session<BackupSession>> {
    if (hasExpression(BACKUP_OPTIONS, context.options)) await loadRe2()
    const { openBackup } = await import('./backup/open-backup.ts')
    return openBackup(context)
  },
}
