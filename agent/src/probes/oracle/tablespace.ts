import { gauge, percent, state } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { textOf } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import type { OracleSession } from '../../sources/oracle/oracle-session.ts'
import { Parts } from '../../sources/server/parts.ts'
import { byTablespace, tablespaceFields, type SpaceRows } from './tablespace-fields.ts'
import {
  CONTAINERS,
  DATA_FILES,
  FREE_SPACE,
  TEMP_FILES,
  TEMP_SPACE,
  UNDO_EXTENTS,
} from './tablespace-statements.ts'

/**
 * Tablespaces: how much of what their files may grow to is used. Names are unique within a container only, so that each has the tag `pdb`:
 * the container's name (CDB$ROOT too), empty in a non-CDB. From the root all open PDBs are read, from a PDB that one.
 * Used is: permanent, files less DBA_FREE_SPACE; temporary, what sorts hold now; undo, active and unexpired extents. Oracle
 * takes unexpired ones back when it must, unless retention is guaranteed, and in files of fixed size it keeps so many that these
 * are nearly full for good: what it can't take back is undo_held. Of a tablespace that is offline, and of files that are, no
 * space is known. Room on the disk or in the disk group is not looked at.
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
  reads: {
    zh: 'DBA_TABLESPACES，DBA_DATA_FILES，DBA_FREE_SPACE，DBA_UNDO_EXTENTS，DBA_TEMP_FILES，DBA_TEMP_FREE_SPACE；CDB$ROOT 中为 CDB_ 视图和 V$CONTAINERS',
    en: 'DBA_TABLESPACES, DBA_DATA_FILES, DBA_FREE_SPACE, DBA_UNDO_EXTENTS, DBA_TEMP_FILES, DBA_TEMP_FREE_SPACE; in CDB$ROOT the CDB_ views and V$CONTAINERS',
  },
  needs: {
    zh: 'SELECT on 上述视图；CDB$ROOT 中：ALTER USER … SET CONTAINER_DATA=ALL',
    en: 'SELECT on them; in CDB$ROOT: ALTER USER … SET CONTAINER_DATA=ALL',
  },
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
        undo_held_bytes: gauge(
          'bytes',
          '不可覆盖的 UNDO：活动区，启用保留保证时还有未过期区',
          'Undo that can’t be written over: active, and unexpired where retention is guaranteed',
        ),
        used_percent_of_file: percent('已用占当前文件大小', 'Used, of the files as they are'),
        used_percent_of_max: percent('已用占最大容量', 'Used, of what the files may grow to'),
        undo_held_percent_of_max: percent(
          '不可覆盖的 UNDO 占最大容量',
          'Undo that can’t be written over, of what the files may grow to',
        ),
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
      emit(
        'oracle_tablespace',
        { ...tags, pdb, tablespace, contents },
        tablespaceFields(row, space),
      )
    }
    parts.settle()
  },
})

/** Names of containers by CON_ID; none in a non-CDB. */
async function readContainers(
  session: OracleSession,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const { traits } = await session.facts(signal)
  if (traits['container'] === 'non-cdb') return new Map()
  const rows = await session.rows(CONTAINERS, signal)
  return new Map(rows.map((row) => [textOf(row, 'CON_ID') ?? '', textOf(row, 'NAME') ?? '']))
}
