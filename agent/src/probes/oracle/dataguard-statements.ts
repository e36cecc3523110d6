import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'
import { SELDOM_SECONDS } from './ask-seldom.ts'

const PRIMARY = { role: ['primary'] }
const STANDBY = { role: ['physical standby', 'logical standby', 'snapshot standby'] }
const PHYSICAL = { role: ['physical standby'] }

/** Over all instances: on RAC one of them applies, and only it knows the apply lag. */
export const STATS: Statement = {
  id: 'oracle.dataguard.stats',
  text: `
SELECT D.DB_UNIQUE_NAME, S.INST_ID, S.NAME, S.VALUE, S.TIME_COMPUTED, S.DATUM_TIME
FROM GV$DATAGUARD_STATS S CROSS JOIN V$DATABASE D
WHERE S.NAME IN ('apply lag', 'transport lag', 'apply finish time') ORDER BY S.INST_ID`,
  where: STANDBY,
  cost: 'cheap',
  ...reading('GV$DATAGUARD_STATS', 'V$DATABASE'),
}

export const GAP: Statement = {
  id: 'oracle.dataguard.gap',
  text: `SELECT NVL(SUM(HIGH_SEQUENCE# - LOW_SEQUENCE# + 1), 0) AS GAP FROM V$ARCHIVE_GAP`,
  where: PHYSICAL,
  cost: 'moderate',
  ...reading('V$ARCHIVE_GAP'),
}

export const RECOVERY: readonly Statement[] = [
  {
    id: 'oracle.dataguard.recovery',
    text: `SELECT INST_ID, ACTION FROM GV$DATAGUARD_PROCESS WHERE NAME LIKE 'MRP%' OR ROLE LIKE 'managed recovery%'`,
    since: [12, 2],
    where: PHYSICAL,
    cost: 'cheap',
    ...reading('GV$DATAGUARD_PROCESS'),
  },
  {
    id: 'oracle.dataguard.recovery',
    text: `SELECT INST_ID, STATUS AS ACTION FROM GV$MANAGED_STANDBY WHERE PROCESS LIKE 'MR%'`,
    before: [12, 2],
    where: PHYSICAL,
    cost: 'cheap',
    ...reading('GV$MANAGED_STANDBY'),
  },
]

/** Standbys that the primary serves; what only passes redo on or stores it (far sync, backup appliance, capture) applies none. */
export const DESTINATIONS: Statement = {
  id: 'oracle.dataguard.destinations',
  text: `
SELECT D.DEST_ID, D.DEST_NAME, D.DB_UNIQUE_NAME, S.GAP_STATUS
FROM V$ARCHIVE_DEST D JOIN V$ARCHIVE_DEST_STATUS S ON S.DEST_ID = D.DEST_ID
WHERE D.TARGET = 'STANDBY' AND D.STATUS <> 'INACTIVE'
AND S.TYPE NOT IN ('FAR SYNC', 'BACKUP APPLIANCE', 'DOWNSTREAM', 'CROSS-INSTANCE', 'TRUE CACHE')
ORDER BY D.DEST_ID`,
  where: PRIMARY,
  cost: 'cheap',
  ...reading('V$ARCHIVE_DEST', 'V$ARCHIVE_DEST_STATUS'),
}

/** What was archived to each destination within a week, since the last RESETLOGS, as far as the control file remembers. */
export const LOGS: Statement = {
  id: 'oracle.dataguard.logs',
  text: `
SELECT DEST_ID, THREAD#, STANDBY_DEST,
       MIN(SEQUENCE#) AS FIRST_SEQUENCE, (SYSDATE - MIN(FIRST_TIME)) * 86400 AS FIRST_AGE,
       MAX(SEQUENCE#) AS LAST_SEQUENCE, (SYSDATE - MAX(NEXT_TIME)) * 86400 AS LAST_AGE,
       MAX(CASE WHEN APPLIED IN ('YES', 'IN-MEMORY') THEN SEQUENCE# END) AS APPLIED_SEQUENCE,
       (SYSDATE - MAX(CASE WHEN APPLIED IN ('YES', 'IN-MEMORY') THEN NEXT_TIME END)) * 86400 AS APPLIED_AGE
FROM V$ARCHIVED_LOG
WHERE RESETLOGS_CHANGE# = (SELECT RESETLOGS_CHANGE# FROM V$DATABASE) AND ARCHIVED = 'YES'
  AND NEXT_TIME > SYSDATE - 7
GROUP BY DEST_ID, THREAD#, STANDBY_DEST`,
  where: PRIMARY,
  cost: 'moderate',
  everySeconds: SELDOM_SECONDS,
  ...reading('V$ARCHIVED_LOG', 'V$DATABASE'),
}

export const DATAGUARD_STATEMENTS: readonly Statement[] = [
  STATS,
  GAP,
  ...RECOVERY,
  DESTINATIONS,
  LOGS,
]
