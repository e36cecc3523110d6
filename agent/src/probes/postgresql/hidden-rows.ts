import { ProbeError } from '../../probe.ts'
import { GRANT_MONITOR } from '../../sources/postgresql/session-statements.ts'
import type { Statement } from '../../statement.ts'

/** Without pg_monitor PostgreSQL refuses nothing here: it shows rows of others with NULLs in them, and what is counted would be wrong. */
export function hiddenRows(statement: Statement): ProbeError {
  return new ProbeError('NOT_PERMITTED', {
    zh: `语句 ${statement.id} 看不到其他用户的会话；请 DBA 执行：${GRANT_MONITOR}`,
    en: `statement ${statement.id} does not see what belongs to other users; have the DBA run: ${GRANT_MONITOR}`,
  })
}
