import type { Statement } from '../../statement.ts'
import { ORACLE_MAINTAINED, quotedNames } from './oracle-maintained.ts'
import { perContainer } from './per-container.ts'

const OF_ORACLE = quotedNames(['SYS', 'SYSTEM', ...ORACLE_MAINTAINED])

/** Kinds that can be invalid and that somebody calls. */
const KINDS = quotedNames([
  'FUNCTION',
  'INDEX',
  'JAVA CLASS',
  'MATERIALIZED VIEW',
  'PACKAGE',
  'PACKAGE BODY',
  'PROCEDURE',
  'SYNONYM',
  'TRIGGER',
  'TYPE',
  'TYPE BODY',
  'VIEW',
])

/** All objects of these kinds are counted, so that a kind without an invalid one says 0 instead of nothing. */
export const INVALID: readonly Statement[] = perContainer({
  id: 'oracle.objects.invalid',
  cost: 'slow',
  views: ['OBJECTS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.OBJECT_TYPE AS KIND, COUNT(CASE WHEN T.STATUS = 'INVALID' THEN 1 END) AS COUNTED
${reach.groups(reach.view('OBJECTS'), `T.OBJECT_TYPE IN ${KINDS}`, 'T.OBJECT_TYPE')}`,
})

export const UNUSABLE_INDEXES: readonly Statement[] = perContainer({
  id: 'oracle.objects.unusable-indexes',
  cost: 'slow',
  views: ['INDEXES'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.STATUS) AS COUNTED
${reach.groups(reach.view('INDEXES'), `T.STATUS = 'UNUSABLE'`)}`,
})

/** Partitions of an index and their subpartitions: an index that has them says N/A itself. */
export const UNUSABLE_PARTITIONS: readonly Statement[] = perContainer({
  id: 'oracle.objects.unusable-partitions',
  cost: 'slow',
  views: ['IND_PARTITIONS', 'IND_SUBPARTITIONS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.STATUS) AS COUNTED
${reach.groups(
  `(SELECT ${reach.containerOf('P')}P.STATUS FROM ${reach.view('IND_PARTITIONS')} P
    UNION ALL SELECT ${reach.containerOf('S')}S.STATUS FROM ${reach.view('IND_SUBPARTITIONS')} S)`,
  `T.STATUS = 'UNUSABLE'`,
)}`,
})

export const DISABLED_TRIGGERS: readonly Statement[] = perContainer({
  id: 'oracle.objects.disabled-triggers',
  cost: 'slow',
  views: ['TRIGGERS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.STATUS) AS COUNTED
${reach.groups(reach.view('TRIGGERS'), `T.STATUS = 'DISABLED' AND T.OWNER NOT IN ${OF_ORACLE}`)}`,
})

/** How many tables there are, before their statistics are looked at: that takes a minute and more with a million of them. */
export const TABLES: readonly Statement[] = perContainer({
  id: 'oracle.objects.tables',
  cost: 'slow',
  views: ['TABLES'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.TABLE_NAME) AS COUNTED
${reach.groups(reach.view('TABLES'), `T.OWNER NOT IN ${OF_ORACLE}`)}`,
})

export const STALE_STATISTICS: readonly Statement[] = perContainer({
  id: 'oracle.objects.stale-statistics',
  cost: 'slow',
  views: ['TAB_STATISTICS'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, COUNT(T.STALE_STATS) AS COUNTED
${reach.groups(
  reach.view('TAB_STATISTICS'),
  `T.STALE_STATS = 'YES' AND T.OBJECT_TYPE = 'TABLE' AND T.OWNER NOT IN ${OF_ORACLE}`,
)}`,
})

/** SPACE counts blocks of the tablespace that the object was dropped from. */
export const RECYCLE_BIN: readonly Statement[] = perContainer({
  id: 'oracle.objects.recycle-bin',
  cost: 'slow',
  views: ['RECYCLEBIN', 'TABLESPACES'],
  text: (reach) => `
SELECT ${reach.pdb} AS PDB, T.KIND, NVL(SUM(T.BYTES), 0) AS COUNTED
${reach.groups(
  `(SELECT ${reach.containerOf('B')}B.TYPE AS KIND, B.SPACE * S.BLOCK_SIZE AS BYTES
    FROM ${reach.view('RECYCLEBIN')} B
    JOIN ${reach.view('TABLESPACES')} S ON S.TABLESPACE_NAME = B.TS_NAME${reach.sameContainer('S', 'B')})`,
  'T.BYTES IS NOT NULL',
  'T.KIND',
)}`,
})
