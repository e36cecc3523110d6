import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'

/** In the root CDB_ views show the open PDBs too, told apart by CON_ID; everywhere else DBA_ views show the one container. */
interface Reach {
  readonly prefix: 'CDB' | 'DBA'
  readonly conId: string
  readonly groupBy: string
  readonly sameContainer: string
  readonly since: readonly number[]
  readonly where: Readonly<Record<string, readonly string[]>>
}

const ROOT: Reach = {
  prefix: 'CDB',
  conId: 't.con_id',
  groupBy: 't.con_id, ',
  sameContainer: 'f.con_id = t.con_id AND ',
  since: [12, 1],
  where: { container: ['root'] },
}

const ONE: Reach = {
  prefix: 'DBA',
  conId: '0 AS con_id',
  groupBy: '',
  sameContainer: '',
  since: [11, 2],
  where: { container: ['non-cdb', 'pdb'] },
}

/** Names of the containers by CON_ID. One that is its own all gets the CON_ID 0, as in the statements below. */
export const CONTAINERS: readonly Statement[] = [
  {
    id: 'oracle.tablespace.containers',
    since: [12, 1],
    where: { container: ['root'] },
    cost: 'cheap',
    ...reading('V$CONTAINERS'),
    text: 'SELECT con_id, name FROM v$containers',
  },
  {
    id: 'oracle.tablespace.containers',
    since: [12, 1],
    where: { container: ['pdb'] },
    cost: 'cheap',
    ...reading(),
    text: "SELECT 0 AS con_id, SYS_CONTEXT('USERENV', 'CON_NAME') AS name FROM dual",
  },
]

/**
 * Sizes of tablespaces with data files, undo included. A file that is offline has no BYTES and no MAXBYTES: it is only counted.
 * MAXBYTES is 0 where a file does not grow, and less than BYTES where it was enlarged by hand.
 */
export const DATA_FILES = variants(
  'oracle.tablespace.files',
  { cost: 'slow', timeoutMs: 30_000 },
  (reach) => ({
    views: ['TABLESPACES', 'DATA_FILES'],
    text: `SELECT ${reach.conId}, t.tablespace_name, t.contents, t.status, t.retention, COUNT(*) AS files,
  COUNT(CASE WHEN f.online_status NOT IN ('ONLINE', 'SYSTEM') THEN 1 END) AS offline_files,
  SUM(f.bytes) AS file_bytes, SUM(GREATEST(f.bytes, f.maxbytes)) AS max_bytes, MAX(f.autoextensible) AS autoextensible
FROM ${reach.prefix}_tablespaces t
JOIN ${reach.prefix}_data_files f ON ${reach.sameContainer}f.tablespace_name = t.tablespace_name
GROUP BY ${reach.groupBy}t.tablespace_name, t.contents, t.status, t.retention`,
  }),
)

/** What dropped tables hold in the recycle bin counts as free: a bin with many of them is what makes this slow. */
export const FREE_SPACE = variants('oracle.tablespace.free', { cost: 'slow' }, (reach) => ({
  views: ['FREE_SPACE'],
  text: `SELECT ${reach.conId}, t.tablespace_name, SUM(t.bytes) AS free_bytes
FROM ${reach.prefix}_free_space t
GROUP BY ${reach.groupBy}t.tablespace_name`,
}))

export const UNDO_EXTENTS = variants(
  'oracle.tablespace.undo',
  { cost: 'slow', timeoutMs: 30_000 },
  (reach) => ({
    views: ['UNDO_EXTENTS'],
    text: `SELECT ${reach.conId}, t.tablespace_name,
  SUM(CASE WHEN t.status = 'ACTIVE' THEN t.bytes ELSE 0 END) AS active_bytes,
  SUM(CASE WHEN t.status = 'UNEXPIRED' THEN t.bytes ELSE 0 END) AS unexpired_bytes
FROM ${reach.prefix}_undo_extents t
GROUP BY ${reach.groupBy}t.tablespace_name`,
  }),
)

export const TEMP_FILES = variants(
  'oracle.tablespace.temp-files',
  { cost: 'moderate' },
  (reach) => ({
    views: ['TABLESPACES', 'TEMP_FILES'],
    text: `SELECT ${reach.conId}, t.tablespace_name, t.contents, t.status, t.retention, COUNT(*) AS files,
  COUNT(CASE WHEN f.status <> 'ONLINE' THEN 1 END) AS offline_files,
  SUM(f.bytes) AS file_bytes, SUM(GREATEST(f.bytes, f.maxbytes)) AS max_bytes, MAX(f.autoextensible) AS autoextensible
FROM ${reach.prefix}_tablespaces t
JOIN ${reach.prefix}_temp_files f ON ${reach.sameContainer}f.tablespace_name = t.tablespace_name
GROUP BY ${reach.groupBy}t.tablespace_name, t.contents, t.status, t.retention`,
  }),
)

/** FREE_SPACE holds what was allocated once and can be used again: only what sorts hold now is used, on all instances of a RAC. */
export const TEMP_SPACE = variants('oracle.tablespace.temp', { cost: 'moderate' }, (reach) => ({
  views: ['TEMP_FREE_SPACE'],
  text: `SELECT ${reach.conId}, t.tablespace_name, SUM(t.tablespace_size - t.free_space) AS used_bytes
FROM ${reach.prefix}_temp_free_space t
GROUP BY ${reach.groupBy}t.tablespace_name`,
}))

function variants(
  id: string,
  cost: Pick<Statement, 'cost' | 'timeoutMs'>,
  write: (reach: Reach) => { readonly views: readonly string[]; readonly text: string },
): readonly Statement[] {
  return [ROOT, ONE].map((reach) => {
    const { views, text } = write(reach)
    const names = views.map((view) => `${reach.prefix}_${view}`)
    return { id, since: reach.since, where: reach.where, ...cost, ...reading(...names), text }
  })
}
