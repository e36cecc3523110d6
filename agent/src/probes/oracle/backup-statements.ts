import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'

const LATEST = 'KEEP (DENSE_RANK LAST ORDER BY START_TIME, SESSION_KEY)'
const GOOD = `STATUS IN ('COMPLETED', 'COMPLETED WITH WARNINGS')`

/** A DATE of the server's own clock as seconds since 1970 UTC. */
const epochOf = (date: string) =>
  `ROUND((CAST(SYS_EXTRACT_UTC(SYSTIMESTAMP) AS DATE) - DATE '1970-01-01' - (SYSDATE - ${date})) * 86400)`

/**
 * The latest job of each kind and device. 32 days are looked back, so that a monthly backup is seen; beyond, a success is not known any
 * more. The view is slow where V$RMAN_STATUS is long and fixed objects have no statistics (DBMS_STATS.GATHER_FIXED_OBJECTS_STATS).
 */
export const JOBS: Statement = {
  id: 'oracle.backup',
  text: `
SELECT INPUT_TYPE, OUTPUT_DEVICE_TYPE,
       MAX(STATUS) ${LATEST} AS STATUS,
       MAX(SESSION_RECID) ${LATEST} AS SESSION_RECID,
       MAX(SESSION_STAMP) ${LATEST} AS SESSION_STAMP,
       MAX(INPUT_BYTES) ${LATEST} AS INPUT_BYTES,
       MAX(OUTPUT_BYTES) ${LATEST} AS OUTPUT_BYTES,
       MAX(ELAPSED_SECONDS) ${LATEST} AS ELAPSED_SECONDS,
       ${epochOf('MAX(START_TIME)')} AS LAST_START,
       ${epochOf(`MAX(END_TIME) ${LATEST}`)} AS LAST_END,
       (SYSDATE - MAX(CASE WHEN ${GOOD} THEN END_TIME END)) * 86400 AS SUCCESS_AGE,
       MEDIAN(CASE WHEN ${GOOD} THEN OUTPUT_BYTES END) AS USUAL_BYTES,
       COUNT(CASE WHEN ${GOOD} THEN 1 END) AS GOOD_RUNS,
       COUNT(CASE WHEN STATUS IN ('FAILED', 'COMPLETED WITH ERRORS') AND START_TIME > SYSDATE - 1 THEN 1 END) AS FAILED_24H
FROM V$RMAN_BACKUP_JOB_DETAILS WHERE START_TIME > SYSDATE - 32
GROUP BY INPUT_TYPE, OUTPUT_DEVICE_TYPE ORDER BY 1, 2`,
  cost: 'slow',
  ...reading('V$RMAN_BACKUP_JOB_DETAILS'),
}

/**
 * What RMAN said of one session, without the lines (00569, 00571) that only frame it; kept in memory alone, until the instance ends.
 * Binds: SESSION_RECID, SESSION_STAMP.
 */
export const ERRORS: Statement = {
  id: 'oracle.backup.errors',
  text: `
SELECT OUTPUT FROM (
  SELECT RECID, OUTPUT FROM V$RMAN_OUTPUT
  WHERE SESSION_RECID = :1 AND SESSION_STAMP = :2 AND (OUTPUT LIKE 'RMAN-%' OR OUTPUT LIKE 'ORA-%')
    AND OUTPUT NOT LIKE 'RMAN-00569%' AND OUTPUT NOT LIKE 'RMAN-00571%'
  ORDER BY RECID)
WHERE ROWNUM <= 20`,
  cost: 'moderate',
  ...reading('V$RMAN_OUTPUT'),
}

/** Corrupt blocks that are in backups which the control file knows: RMAN writes them where MAXCORRUPT lets it. */
export const CORRUPT: Statement = {
  id: 'oracle.backup.corrupt',
  text: `
SELECT NVL(SUM(BLOCKS), 0) AS BLOCKS FROM V$BACKUP_CORRUPTION`,
  cost: 'cheap',
  ...reading('V$BACKUP_CORRUPTION'),
}

/** The last time that backups were read back or data files checked: BACKUP VALIDATE, RESTORE VALIDATE, VALIDATE. */
export const CHECKS: Statement = {
  id: 'oracle.backup.checks',
  text: `
SELECT OPERATION,
       MAX(STATUS) KEEP (DENSE_RANK LAST ORDER BY START_TIME, RECID) AS STATUS,
       (SYSDATE - MAX(START_TIME)) * 86400 AS AGE,
       (SYSDATE - MAX(CASE WHEN ${GOOD} THEN END_TIME END)) * 86400 AS SUCCESS_AGE
FROM V$RMAN_STATUS
WHERE OPERATION LIKE '%VALIDATE%' AND ROW_TYPE = 'COMMAND'
GROUP BY OPERATION ORDER BY 1`,
  cost: 'moderate',
  ...reading('V$RMAN_STATUS'),
}
