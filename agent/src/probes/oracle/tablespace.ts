import { gauge, percent, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { flagOf, numberOf, percentOf, placeOf, textOf, type Row } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import { Parts } from '../../sources/server/parts.ts'
import {
  CONTAINERS,
  DATA_FILES,
  FREE_SPACE,
  TEMP_FILES,
  TEMP_SPACE,
  UNDO_EXTENTS,
} from './tablespace-statements.ts'

const STATUSES = ['ONLINE', 'OFFLINE', 'READ ONLY']

/**
 * Tablespaces: how much of what their files may grow to is used. Names are unique within a container only, so that each has the tag `pdb`:
 * the container's name (CDB$ROOT too), empty in a non-CDB. From the root all open PDBs are read, from a PDB that one.
 * Used is: permanent, files less DBA_FREE_SPACE; temporary, what sorts hold now; undo, active and unexpired extents (which
 * Oracle takes back when it must, unless retention is guaranteed: undo_active_bytes is what it can't). Of a tablespace that is
 * offline, and of files that are, no space is known. Room on the disk or in the disk group is not looked at.
 * Source: {DBA,CDB}_{TABLESPACES,DATA_FILES,FREE_SPACE,UNDO_EXTENTS,TEMP_FILES,TEMP_FREE_SPACE}, an open database. Needs: SELECT
 * on them; in the root a common user with CONTAINER_DATA=ALL. Since 11.2. Cost: one statement each for all tablespaces;
 * DBA_FREE_SPACE takes seconds with a full recycle bin, DBA_DATA_FILES reads the header of each file.
 */
export default defineProbe({
  name: 'oracle.tablespace',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  deadlineMs: 180_000,
  cost: 'slow',
  reads:
    'DBA_TABLESPACES, DBA_DATA_FILES, DBA_FREE_SPACE, DBA_UNDO_EXTENTS, DBA_TEMP_FILES, DBA_TEMP_FREE_SPACE; in CDB$ROOT the CDB_ views and V$CONTAINERS',
  needs: 'SELECT on them; in CDB$ROOT: ALTER USER … SET CONTAINER_DATA=ALL',
  help: {
    zh: '表空间：已用、最大可扩展容量、状态；UNDO 和 TEMP 按各自口径计算',
    en: 'Tablespaces: used, what they may grow to, status; undo and temporary ones in their own terms',
  },
  measurements: {
    oracle_tablespace: {
      identifyingTags: ['database', 'pdb', 'tablespace', 'contents'],
      fields: {
        file_bytes: gauge('bytes', '数据文件当前大小', 'Size of its files as they are'),
        max_bytes: gauge('bytes', '自动扩展后的最大容量', 'Size that its files may grow to'),
        used_bytes: gauge('bytes', '已用', 'Used'),
        free_bytes: gauge('bytes', '当前文件内的空闲', 'Free within the files as they are'),
        undo_active_bytes: gauge(
          'bytes',
          '未提交事务占用的 UNDO',
          'Undo that open transactions hold',
        ),
        used_percent_of_file: percent('已用占当前文件大小', 'Used, of the files as they are'),
        used_percent_of_max: percent('已用占最大容量', 'Used, of what the files may grow to'),
        status: state('状态', 'Status', {
          0: { zh: '其他', en: 'other' },
          1: { zh: '在线', en: 'online' },
          2: { zh: '离线', en: 'offline' },
          3: { zh: '只读', en: 'read only' },
        }),
        autoextensible: gauge('boolean', '有文件可自动扩展', 'A file of it may grow by itself'),
        files: gauge('count', '文件数', 'Files'),
        offline_files: gauge('count', '不在线的文件数', 'Files that are not online'),
      },
    },
  },
  statements: [
    ...CONTAINERS,
    ...DATA_FILES,
    ...FREE_SPACE,
    ...UNDO_EXTENTS,
    ...TEMP_FILES,
    ...TEMP_SPACE,
  ],
  async sample({ session, emit, remark, signal }) {
    const tags = await session.databaseTags(signal)
    const containers = await readContainers(session, signal)
    const parts = new Parts(remark)
    const rows = (statements: typeof DATA_FILES) => parts.ask(session.rows(statements, signal))
    const sizes = [...((await rows(DATA_FILES)) ?? []), ...((await rows(TEMP_FILES)) ?? [])]
    const space: SpaceRows = {
      free: byTablespace(await rows(FREE_SPACE)),
      undo: byTablespace(await rows(UNDO_EXTENTS)),
      temp: byTablespace(await rows(TEMP_SPACE)),
    }
    for (const row of sizes) {
      const pdb = containers.get(textOf(row, 'CON_ID') ?? '') ?? ''
      if (pdb === 'PDB$SEED') continue
      const tablespace = textOf(row, 'TABLESPACE_NAME') ?? ''
      const contents = textOf(row, 'CONTENTS') ?? ''
      emit('oracle_tablespace', { ...tags, pdb, tablespace, contents }, toFields(row, space))
    }
    parts.settle()
  },
})

/** Rows of the views that know what is used, by container and tablespace; undefined where a view did not answer. */
interface SpaceRows {
  readonly free: ReadonlyMap<string, Row> | undefined
  readonly undo: ReadonlyMap<string, Row> | undefined
  readonly temp: ReadonlyMap<string, Row> | undefined
}

/** Names of containers by CON_ID; none in a non-CDB. */
async function readContainers(
  session: OracleSession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { traits } = await session.facts(signal)
  if (traits['open'] !== 'open') throw new NoDataError('the database is not open')
  if (traits['container'] === 'non-cdb') return new Map()
  const rows = await session.rows(CONTAINERS, signal)
  return new Map(rows.map((row) => [textOf(row, 'CON_ID') ?? '', textOf(row, 'NAME') ?? '']))
}

function byTablespace(rows: readonly Row[] | undefined): ReadonlyMap<string, Row> | undefined {
  return rows === undefined ? undefined : new Map(rows.map((row) => [keyOf(row), row]))
}

function keyOf(row: Row): string {
  return `${textOf(row, 'CON_ID')} ${textOf(row, 'TABLESPACE_NAME')}`
}

function toFields(row: Row, space: SpaceRows) {
  const status = placeOf(STATUSES, textOf(row, 'STATUS'))
  const fileBytes = numberOf(row, 'FILE_BYTES')
  const maxBytes = numberOf(row, 'MAX_BYTES')
  const isKnown = status !== 2 && fileBytes !== undefined
  const usedBytes = isKnown ? usedOf(row, fileBytes, space) : undefined
  return {
    file_bytes: fileBytes,
    max_bytes: maxBytes,
    used_bytes: usedBytes,
    free_bytes: usedBytes === undefined || !isKnown ? undefined : fileBytes - usedBytes,
    undo_active_bytes: isUndo(row) && isKnown ? undoOf(row, space, 'ACTIVE_BYTES') : undefined,
    used_percent_of_file: percentOf(usedBytes, fileBytes),
    used_percent_of_max: percentOf(usedBytes, maxBytes),
    status,
    autoextensible: flagOf(row, 'AUTOEXTENSIBLE'),
    files: numberOf(row, 'FILES'),
    offline_files: numberOf(row, 'OFFLINE_FILES'),
  }
}

/** The views are read one after the other: a file that grew or shrank between two of them must give no nonsense. */
function usedOf(row: Row, fileBytes: number, space: SpaceRows): number | undefined {
  const used = usedAsTold(row, fileBytes, space)
  return used === undefined ? undefined : Math.min(fileBytes, Math.max(0, used))
}

/** A tablespace that is missing in a view that answered: full (no free extent), or without undo or sorts. */
function usedAsTold(row: Row, fileBytes: number, space: SpaceRows): number | undefined {
  const key = keyOf(row)
  if (textOf(row, 'CONTENTS') === 'TEMPORARY') {
    if (space.temp === undefined) return undefined
    const found = space.temp.get(key)
    return found === undefined ? 0 : numberOf(found, 'USED_BYTES')
  }
  if (isUndo(row)) {
    const active = undoOf(row, space, 'ACTIVE_BYTES')
    const unexpired = undoOf(row, space, 'UNEXPIRED_BYTES')
    return active === undefined || unexpired === undefined ? undefined : active + unexpired
  }
  if (space.free === undefined) return undefined
  const found = space.free.get(key)
  return fileBytes - (found === undefined ? 0 : (numberOf(found, 'FREE_BYTES') ?? 0))
}

function isUndo(row: Row): boolean {
  return textOf(row, 'CONTENTS') === 'UNDO'
}

function undoOf(row: Row, { undo }: SpaceRows, column: string): number | undefined {
  if (undo === undefined) return undefined
  const found = undo.get(keyOf(row))
  return found === undefined ? 0 : numberOf(found, column)
}
