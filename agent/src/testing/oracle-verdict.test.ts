import { expect, test } from 'vitest'

import { reading } from '../sources/oracle/grant.ts'
import type { Statement } from '../statement.ts'
import { judgeOracle } from './oracle-verdict.ts'

function statement(text: string, views: readonly string[], given: Partial<Statement> = {}) {
  return { id: 'oracle.bench', cost: 'cheap', text, ...reading(...views), ...given } as const
}

test.each([
  { note: 'a plain select', text: 'SELECT sid, status FROM v$session', views: ['V$SESSION'] },
  {
    note: 'a select from selects, with aggregates and a subquery that looks outwards',
    text: `WITH big AS (SELECT l.thread#, MAX(l.bytes) AS bytes FROM v$log l GROUP BY l.thread#)
SELECT b.thread#, b.bytes AS bytes_max, SYS_CONTEXT('USERENV', 'CON_NAME') AS pdb, COUNT(h.recid) AS switches
FROM big b JOIN v$log_history h ON h.thread# = b.thread#
WHERE EXISTS (SELECT 1 FROM v$instance i WHERE i.thread# = b.thread#) AND h.first_time > SYSDATE - :1
GROUP BY b.thread#, b.bytes ORDER BY switches DESC NULLS LAST`,
    views: ['V$LOG', 'V$LOG_HISTORY', 'V$INSTANCE'],
  },
  {
    note: 'a view of all containers',
    text: 'SELECT t.con_id, c.name FROM cdb_tablespaces t JOIN v$containers c ON c.con_id = t.con_id',
    views: ['CDB_TABLESPACES', 'V$CONTAINERS'],
    given: { where: { container: ['root'] } },
  },
  { note: 'no view at all', text: 'SELECT 1 AS alive FROM dual', views: [] },
])('lets pass $note', ({ text, views, given }) => {
  expect(judgeOracle(statement(text, views, given))).toEqual([])
})

test.each([
  { text: 'SELECT sid FRM v$session', says: 'no Oracle SQL' },
  { text: 'SELECT sid FROM v$session LIMIT 5', says: 'no Oracle SQL' },
  { text: 'SELECT s.sid FROM v$session AS s', says: 'no Oracle SQL' },
  { text: 'SELECT sid, FROM v$session', says: 'no Oracle SQL' },
  { text: 'SELECT sid FROM v$session;', says: 'has ; or @' },
  { text: 'SELECT sid FROM v$session@away', says: 'has ; or @' },
  { text: 'SELECT sid FROM v$session FOR UPDATE', says: 'locks rows' },
  { text: 'DELETE FROM v$session', says: 'is not one SELECT' },
  { text: 'BEGIN NULL; END;', says: 'is not one SELECT' },
  { text: 'SELECT sid FROM v$session; SELECT sid FROM v$session', says: 'is not one SELECT' },
  { text: 'SELECT sid /*+ FULL(s) */ FROM v$session', says: 'has a comment or a hint' },
  { text: 'SELECT sid FROM v$session FETCH FIRST 5 ROWS ONLY', says: 'has FETCH' },
  { text: 'SELECT * FROM v$session', says: 'has no *' },
  { text: 'SELECT s.* FROM v$session s', says: 'has no *' },
  { text: 'SELECT SUM(l.bytes) FROM v$log l', says: 'SUM(BYTES) has no name', views: ['V$LOG'] },
  { text: 'SELECT sid FROM v$sessions', says: 'no view V$SESSIONS' },
  { text: 'SELECT side FROM v$session', says: 'no column SIDE' },
  { text: 'SELECT sid FROM v$session WHERE stat = 1', says: 'no column STAT' },
  { text: 'SELECT sid FROM v$session ORDER BY age', says: 'no column AGE' },
  { text: 'SELECT TO_CHAR(side) AS s FROM v$session', says: 'no column SIDE' },
  { text: 'SELECT t.sid FROM v$session s', says: 'nothing is called T' },
  { text: 'SELECT s.age FROM (SELECT sid FROM v$session) s', says: 'no column S.AGE' },
  { text: 'SELECT con_id FROM v$session', says: 'no column CON_ID in 11.2' },
  { text: 'SELECT thread# FROM v$log, v$instance', says: 'THREAD# is ambiguous' },
  { text: 'SELECT status, COUNT(*) AS n FROM v$session', says: 'STATUS is neither grouped by' },
  {
    text: 'SELECT status, COUNT(*) AS n FROM v$session GROUP BY type',
    says: 'STATUS is neither grouped by',
  },
  { text: 'SELECT sid FROM v$session WHERE COUNT(*) > 1', says: 'WHERE has an aggregate' },
  { text: 'SELECT sid AS session_number, sid AS "SIZE" FROM v$session', says: 'reserved word' },
  { text: 'SELECT sid AS n, type AS n FROM v$session', says: 'two columns are called N' },
  {
    text: 'SELECT sid FROM v$session UNION ALL SELECT sid, type FROM v$session',
    says: 'different numbers of columns',
  },
  { text: 'SELECT IFNULL(sid, 0) AS n FROM v$session', says: 'IFNULL() is no function' },
  { text: 'SELECT sample_id FROM v$active_session_history', says: 'may not read' },
  { text: 'SELECT snap_id FROM dba_hist_snapshot', says: 'may not read' },
  { text: 'SELECT sql_id FROM gv$sql_monitor', says: 'may not read' },
  { text: 'SELECT spare4 FROM sys.user$', says: 'may not read' },
  { text: 'SELECT password FROM dba_users', says: 'may not read' },
  { text: 'SELECT sid FROM v$session', says: 'says that it reads V$LOG', views: ['V$LOG'] },
  {
    text: 'SELECT sid FROM v$session',
    says: 'but needs GRANT SELECT ON SYS.V_$SESSION',
    given: { grants: [] },
  },
  {
    text: 'SELECT version FROM dba_registry_sqlpatch',
    says: 'no column VERSION in 12.1',
    given: { since: [12, 1] },
  },
])('refuses $text', ({ text, says, views = ['V$SESSION'], given }) => {
  expect(judgeOracle(statement(text, views, given)).join('\n')).toContain(says)
})
