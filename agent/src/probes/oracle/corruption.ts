import { gauge } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { numberOf } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import { reading } from '../../sources/oracle/grant.ts'
import type { Statement } from '../../statement.ts'
import { describeRows } from './describe-rows.ts'
import { sendWhenChanged, type SentDocument } from '../../sources/server/sent-document.ts'

const MOST_RANGES = 200

const TOTAL: Statement = {
  id: 'oracle.corruption',
  text: `
SELECT NVL(SUM(BLOCKS), 0) AS BLOCKS, COUNT(DISTINCT FILE#) AS FILES FROM V$DATABASE_BLOCK_CORRUPTION`,
  cost: 'cheap',
  ...reading('V$DATABASE_BLOCK_CORRUPTION'),
}

const LIST: Statement = {
  id: 'oracle.corruption.list',
  text: `
SELECT FILE#, BLOCK#, BLOCKS, CORRUPTION_CHANGE#, CORRUPTION_TYPE FROM (
  SELECT FILE#, BLOCK#, BLOCKS, CORRUPTION_CHANGE#, CORRUPTION_TYPE
  FROM V$DATABASE_BLOCK_CORRUPTION ORDER BY FILE#, BLOCK#)
WHERE ROWNUM <= ${MOST_RANGES}`,
  cost: 'cheap',
  ...reading('V$DATABASE_BLOCK_CORRUPTION'),
}

/**
 * Blocks that the last backup or validation found corrupt; nothing finds one that neither has read. Source:
 * V$DATABASE_BLOCK_CORRUPTION. Needs: SELECT on it. Since: 11.2. The first 200 ranges go into the document `oracle_corruption`.
 */
export default defineProbe({
  name: 'oracle.corruption',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 600,
  cost: 'cheap',
  reads: 'V$DATABASE_BLOCK_CORRUPTION',
  needs: 'SELECT on V_$DATABASE_BLOCK_CORRUPTION',
  help: {
    zh: '坏块：最近一次备份或校验时发现的',
    en: 'Corrupt blocks that the last backup or validation found',
  },
  measurements: {
    oracle_corruption: {
      identifyingTags: ['database'],
      fields: {
        blocks: gauge('count', '坏块数', 'Corrupt blocks'),
        files: gauge('count', '有坏块的数据文件数', 'Data files with corrupt blocks'),
      },
    },
  },
  statements: [TOTAL, LIST],
  remembers: remembers<SentDocument>(),
  async sample(run) {
    const { session, emit, signal, memory } = run
    const tags = await session.databaseTags(signal, 'cdb')
    const [total = { BLOCKS: null, FILES: null }] = await session.rows([TOTAL], signal)
    const blocks = numberOf(total, 'BLOCKS')
    emit('oracle_corruption', tags, { blocks, files: numberOf(total, 'FILES') })
    const ranges = blocks === 0 ? [] : await session.rows([LIST], signal)
    const body = {
      ranges: describeRows(
        ranges,
        {
          file: 'FILE#',
          block: 'BLOCK#',
          blocks: 'BLOCKS',
          change: 'CORRUPTION_CHANGE#',
          type: 'CORRUPTION_TYPE',
        },
        MOST_RANGES,
      ),
    }
    return sendWhenChanged(run, `oracle_corruption:${session.instance}`, body, memory)
  },
})
