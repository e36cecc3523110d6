import { sql as first } from './0001-first.ts'
import { sql as alerts } from './0002-alerts.ts'
import { sql as subjects } from './0003-subjects.ts'
import { sql as notices } from './0004-notices.ts'
import { sql as dispatch } from './0005-dispatch.ts'
import { sql as projects } from './0006-projects.ts'
import { sql as urgency } from './0007-urgency.ts'
import { sql as storeGaps } from './0008-store-gaps.ts'
import { sql as writeTokens } from './0009-write-tokens.ts'
import { sql as storeGapReasons } from './0010-store-gap-reasons.ts'

/** Numbered from 1, in order; a migration that has been released is never edited. `PRAGMA user_version` says how many a database has had. */
export const MIGRATIONS: readonly string[] = [
  first,
  alerts,
  subjects,
  notices,
  dispatch,
  projects,
  urgency,
  storeGaps,
  writeTokens,
  storeGapReasons,
]
