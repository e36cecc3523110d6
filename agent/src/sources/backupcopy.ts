import type { BackupCopySession } from './backupcopy/copy-session.ts'
import { COPY_OPTIONS, findCopyProblems, toCopySettings } from './backupcopy/copy-settings.ts'
import type { SourceReference } from '../probe.ts'
import type { Source } from '../source.ts'

/** For `source:` of a probe. */
export const backupcopy: SourceReference<BackupCopySession> = { type: 'backupcopy' }

/** The second copy of a backup: files on another device that are compared with the first copy's, or a medium that a person attests. */
export const backupcopySource: Source<BackupCopySession> = {
  type: 'backupcopy',
  platforms: ['linux', 'darwin'],
  options: COPY_OPTIONS,
  required: ['job'],
  statements: [],
  check: findCopyProblems,
  async open(context) {
    const { openBackupCopy } = await import('./backupcopy/open-backup-copy.ts')
    return openBackupCopy(context, toCopySettings(context.options))
  },
}
