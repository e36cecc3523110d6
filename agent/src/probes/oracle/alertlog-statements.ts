import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'

/** Where the text file is: alert_<SID>.log in the directory of traces. Asked once. */
export const PLACE: Statement = {
  id: 'oracle.alertlog.place',
  cost: 'cheap',
  ...reading('V$DIAG_INFO', 'V$INSTANCE'),
  text: `SELECT d.value AS directory, i.instance_name
FROM v$diag_info d CROSS JOIN v$instance i
WHERE d.name = 'Diag Trace'`,
}

/**
 * Rows of the XML alert log with a code. The view reads the whole log each time, and the logs of other databases of this ORACLE_BASE with it:
 * only where the text file can't be read. :1 is the age of the oldest row, seconds.
 */
export const ENTRIES: Statement = {
  id: 'oracle.alertlog.entries',
  cost: 'slow',
  everySeconds: 60,
  timeoutMs: 15_000,
  since: [12, 2],
  ...reading('V$DIAG_ALERT_EXT', 'V$DIAG_INFO'),
  text: `SELECT a.record_id, TO_CHAR(a.originating_timestamp, 'YYYY-MM-DD HH24:MI:SS.FF3 TZH:TZM') AS written_at, a.message_text
FROM v$diag_alert_ext a
WHERE a.originating_timestamp > SYSTIMESTAMP - NUMTODSINTERVAL(:1, 'SECOND')
AND a.message_text LIKE '%ORA-%'
AND (SELECT d.value FROM v$diag_info d WHERE d.name = 'ADR Home') LIKE '%' || a.adr_home
AND ROWNUM <= 1000`,
}
