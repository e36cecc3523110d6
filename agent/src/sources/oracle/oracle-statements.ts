import type { Statement } from '../../statement.ts'
import { reading } from './grant.ts'

/** Which database and instance this is. SYS_CONTEXT needs no grant. */
export const IDENTITY: readonly Statement[] = [
  {
    id: 'oracle.logon.identity',
    text: `SELECT SYS_CONTEXT('USERENV', 'DB_UNIQUE_NAME') AS DB_UNIQUE_NAME,
  SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS DATABASE_ROLE,
  SYS_CONTEXT('USERENV', 'INSTANCE') AS INSTANCE_NUMBER,
  SYS_CONTEXT('USERENV', 'CDB_NAME') AS CDB_NAME,
  SYS_CONTEXT('USERENV', 'CON_ID') AS CON_ID
FROM DUAL`,
    since: [12],
    reads: [],
    grants: [],
    cost: 'cheap',
    isNeeded: true,
  },
  {
    id: 'oracle.logon.identity',
    text: `SELECT SYS_CONTEXT('USERENV', 'DB_UNIQUE_NAME') AS DB_UNIQUE_NAME,
  SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS DATABASE_ROLE,
  SYS_CONTEXT('USERENV', 'INSTANCE') AS INSTANCE_NUMBER,
  CAST(NULL AS VARCHAR2(30)) AS CDB_NAME,
  CAST(NULL AS VARCHAR2(30)) AS CON_ID
FROM DUAL`,
    before: [12],
    reads: [],
    grants: [],
    cost: 'cheap',
    isNeeded: true,
  },
]

/** A switchover may leave sessions open; the role is then another. SYS_CONTEXT needs no grant. */
export const ROLE: Statement = {
  id: 'oracle.logon.role',
  text: `SELECT SYS_CONTEXT('USERENV', 'DATABASE_ROLE') AS DATABASE_ROLE FROM DUAL`,
  reads: [],
  grants: [],
  cost: 'cheap',
  everySeconds: 60,
}

/** On RAC, the open instance with the lowest number collects what is known once per database. A PDB need not be open on all of them. */
export const LOWEST_INSTANCE: readonly Statement[] = [
  {
    id: 'oracle.logon.lowest-instance',
    text: `SELECT MIN(INST_ID) AS LOWEST FROM GV$PDBS WHERE OPEN_MODE LIKE 'READ%'`,
    since: [12],
    where: { container: ['pdb'] },
    ...reading('GV$PDBS'),
    cost: 'cheap',
    everySeconds: 60,
  },
  {
    id: 'oracle.logon.lowest-instance',
    text: `SELECT MIN(INST_ID) AS LOWEST FROM GV$INSTANCE WHERE STATUS = 'OPEN'`,
    ...reading('GV$INSTANCE'),
    cost: 'cheap',
    everySeconds: 60,
  },
]

/** Processor time of our own session, in centiseconds. */
export const OWN_CPU: Statement = {
  id: 'oracle.logon.cost',
  text: `SELECT m.VALUE AS CENTISECONDS
FROM V$MYSTAT m
JOIN V$STATNAME n ON n.STATISTIC# = m.STATISTIC#
WHERE n.NAME = 'CPU used by this session'`,
  ...reading('V$MYSTAT', 'V$STATNAME'),
  cost: 'cheap',
  everySeconds: 60,
}

/**
 * What node-oracledb itself asks in thin mode at a logon, on servers that do not tell the zone of the database by themselves. In the
 * logon, the driver also has the server set the session's TIME_ZONE to this machine's. Both need no grant and can't be had to pass the
 * gate, nor switched off: it stands here so that the list shows all that reaches a server.
 */
const TIME_ZONE: Statement = {
  id: 'oracle.logon.time-zone',
  text: 'SELECT DBTIMEZONE FROM DUAL',
  reads: [],
  grants: [],
  cost: 'cheap',
  isNeeded: true,
}

/** All that a session sends by itself. */
export const SESSION_STATEMENTS: readonly Statement[] = [
  ...IDENTITY,
  ROLE,
  ...LOWEST_INSTANCE,
  OWN_CPU,
  TIME_ZONE,
]
