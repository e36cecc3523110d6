import { gauge } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { numberOf, percentOf, textOf, type Row } from '../../row.ts'
import { reading } from '../../sources/oracle/grant.ts'
import { oracle } from '../../sources/oracle.ts'
import { Parts } from '../../sources/server/parts.ts'
import type { Statement } from '../../statement.ts'
import { askSeldom, SELDOM_SECONDS, type KeptRows } from './ask-seldom.ts'

const AREA: Statement = {
  id: 'oracle.fra',
  cost: 'moderate',
  ...reading('V$RECOVERY_FILE_DEST'),
  text: `SELECT space_limit, space_used, space_reclaimable, number_of_files
FROM v$recovery_file_dest`,
}

const USAGE: Statement = {
  id: 'oracle.fra.usage',
  cost: 'moderate',
  everySeconds: SELDOM_SECONDS,
  ...reading('V$RECOVERY_AREA_USAGE'),
  text: `SELECT file_type, percent_space_used, percent_space_reclaimable, number_of_files
FROM v$recovery_area_usage`,
}

/**
 * The fast recovery area. What can be reclaimed goes when room is needed, so that only the rest counts as used; with a limit that was lowered it
 * may be more than 100 %. Source: V$RECOVERY_FILE_DEST and, every ten minutes, V$RECOVERY_AREA_USAGE. Needs: SELECT on both. Since 11.2.
 */
export default defineProbe({
  name: 'oracle.fra',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 120,
  cost: 'moderate',
  reads: 'V$RECOVERY_FILE_DEST, V$RECOVERY_AREA_USAGE',
  needs: 'SELECT on V_$RECOVERY_FILE_DEST, V_$RECOVERY_AREA_USAGE',
  help: {
    zh: '快速恢复区（FRA）：已用、可回收、按文件类型的占用；未配置时没有数据',
    en: 'Fast recovery area: used, reclaimable, by type of file; no data where there is none',
  },
  measurements: {
    oracle_fra: {
      identifyingTags: ['database'],
      fields: {
        limit_bytes: gauge('bytes', '配额', 'Limit'),
        used_bytes: gauge('bytes', '已用，含可回收', 'Used, reclaimable included'),
        reclaimable_bytes: gauge('bytes', '可回收', 'Reclaimable'),
        files: gauge('count', '文件数', 'Files'),
        used_percent: gauge(
          'percent',
          '不可回收空间占配额的百分比；配额被调小时可超过 100',
          'Used and not reclaimable, of the limit; above 100 where the limit was lowered',
          0.01,
        ),
      },
    },
    oracle_fra_usage: {
      identifyingTags: ['database', 'file_type'],
      fields: {
        used_percent: gauge(
          'percent',
          '占配额，含可回收',
          'Of the limit, reclaimable included',
          0.01,
        ),
        reclaimable_percent: gauge('percent', '可回收占配额', 'Reclaimable, of the limit', 0.01),
        files: gauge('count', '文件数', 'Files'),
      },
    },
  },
  statements: [AREA, USAGE],
  remembers: remembers<KeptRows>(),
  async sample(run) {
    const { session, emit, remark, signal, memory } = run
    const tags = await session.databaseTags(signal, 'cdb')
    const parts = new Parts(remark)
    const area = await parts.ask(session.rows([AREA], signal))
    if (area !== undefined && !area.some((row) => (numberOf(row, 'SPACE_LIMIT') ?? 0) > 0))
      throw new NoDataError({ zh: '未配置快速恢复区', en: 'no fast recovery area is set up' })
    for (const row of area ?? []) emit('oracle_fra', tags, toFields(row))
    let kept = memory
    const seldom = askSeldom(run, [USAGE], memory).then((now) => (kept = now).rows)
    for (const row of (await parts.ask(seldom)) ?? []) {
      const fileType = textOf(row, 'FILE_TYPE') ?? ''
      emit(
        'oracle_fra_usage',
        { ...tags, file_type: fileType },
        {
          used_percent: numberOf(row, 'PERCENT_SPACE_USED'),
          reclaimable_percent: numberOf(row, 'PERCENT_SPACE_RECLAIMABLE'),
          files: numberOf(row, 'NUMBER_OF_FILES'),
        },
      )
    }
    parts.settle()
    return kept
  },
})

function toFields(row: Row) {
  const limit = numberOf(row, 'SPACE_LIMIT')
  const used = numberOf(row, 'SPACE_USED')
  const reclaimable = numberOf(row, 'SPACE_RECLAIMABLE')
  return {
    limit_bytes: limit,
    used_bytes: used,
    reclaimable_bytes: reclaimable,
    files: numberOf(row, 'NUMBER_OF_FILES'),
    used_percent: used === undefined ? undefined : percentOf(used - (reclaimable ?? 0), limit),
  }
}
