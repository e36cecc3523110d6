import type { SourceReference } from '../probe.ts'
import type { Source } from '../source.ts'
import { RESTORE_OPTIONS } from './restoretest/restore-options.ts'
import { findRestoreProblems } from './restoretest/restore-problems.ts'
import type { RestoreTestSession } from './restoretest/restore-test-session.ts'

/** For `source:` of a probe. */
export const restoretest: SourceReference<RestoreTestSession> = { type: 'restoretest' }

/** The restore tests of a backup job, as persons record them; `wardround-agent backup compare` compares what was restored with production. */
export const restoretestSource: Source<RestoreTestSession> = {
  type: 'restoretest',
  platforms: ['linux', 'darwin', 'win32'],
  options: RESTORE_OPTIONS,
  required: ['job'],
  statements: [],
  check: findRestoreProblems,
  async open(context) {
    const { openRestoreTest } = await import('./restoretest/open-restore-test.ts')
    return openRestoreTest(context)
  },
}
