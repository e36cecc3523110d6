import { gauge, state } from '../../field.ts'
import { defineProbe, NoDataError } from '../../probe.ts'
import { flagOf, numberOf, placeOf, textOf } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'

const OPEN_MODES = ['MOUNTED', 'READ WRITE', 'READ ONLY', 'MIGRATE']

const PDBS: Statement = {
  id: 'oracle.pdb',
  since: [12, 1],
  where: { container: ['root', 'pdb'] },
  cost: 'cheap',
  ...reading('V$PDBS'),
  text: `SELECT name, open_mode, restricted, total_size
FROM v$pdbs
WHERE name <> 'PDB$SEED'`,
}

/**
 * Pluggable databases as this instance has them open: on RAC each instance tells its own. Source: V$PDBS; connected to a PDB it shows that one
 * only. Needs: SELECT on V_$PDBS; in the root also CONTAINER_DATA=ALL. Since 12.1; nothing in a non-CDB.
 */
export default defineProbe({
  name: 'oracle.pdb',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 30,
  cost: 'cheap',
  reads: 'V$PDBS',
  needs: {
    zh: 'SELECT on V_$PDBS；CDB$ROOT 中：ALTER USER … SET CONTAINER_DATA=ALL',
    en: 'SELECT on V_$PDBS; in CDB$ROOT: ALTER USER … SET CONTAINER_DATA=ALL',
  },
  help: {
    zh: '可插拔数据库（PDB）的打开模式与大小；非 CDB 没有数据',
    en: 'Open mode and size of pluggable databases; no data in a non-CDB',
  },
  measurements: {
    oracle_pdb: {
      identifyingTags: ['database', 'instance', 'pdb'],
      fields: {
        open_mode: state('打开模式', 'How it is open in this instance', {
          0: { zh: '其他', en: 'other' },
          1: { zh: '未打开（MOUNTED）', en: 'mounted' },
          2: { zh: '读写', en: 'read write' },
          3: { zh: '只读', en: 'read only' },
          4: { zh: '升级模式', en: 'migrate' },
        }),
        restricted: gauge('boolean', '受限模式', 'Restricted: logons need RESTRICTED SESSION'),
        total_size_bytes: gauge(
          'bytes',
          '数据文件与临时文件总大小；未打开时缺失',
          'Size of its data and temporary files; missing while it is not open',
        ),
      },
    },
  },
  statements: [PDBS],
  async sample({ session, emit, signal }) {
    const tags = await session.instanceTags(signal)
    const rows = await session.rows([PDBS], signal)
    if (rows.length === 0)
      throw new NoDataError({ zh: '除种子库外没有 PDB', en: 'there is no PDB but the seed' })
    for (const row of rows) {
      const openMode = placeOf(OPEN_MODES, textOf(row, 'OPEN_MODE'))
      emit(
        'oracle_pdb',
        { ...tags, pdb: textOf(row, 'NAME') ?? '' },
        {
          open_mode: openMode,
          restricted: flagOf(row, 'RESTRICTED'),
          // V$PDBS gives 0 for one that is not open.
          total_size_bytes: openMode === 1 ? undefined : numberOf(row, 'TOTAL_SIZE'),
        },
      )
    }
  },
})
