import { counter } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf } from '../../row.ts'
import { postgresql } from '../../sources/postgresql.ts'
import type { Statement } from '../../statement.ts'

/** 17 moved the numbers of checkpoints into a view of their own, and left the writes of sessions to pg_stat_io. From 18 an operation there may be of several blocks: their bytes are counted. */
const CHECKPOINTS: Statement = {
  id: 'postgresql.checkpoint',
  since: [18],
  text: checkpointsWith(
    "(coalesce(sum(i.write_bytes), 0) + coalesce(sum(i.extend_bytes), 0)) / current_setting('block_size')::integer",
  ),
  reads: ['pg_stat_checkpointer', 'pg_stat_bgwriter', 'pg_stat_io'],
  grants: [],
  cost: 'cheap',
}

const CHECKPOINTS_OF_17: Statement = {
  id: 'postgresql.checkpoint',
  since: [17],
  before: [18],
  text: checkpointsWith('coalesce(sum(i.writes), 0) + coalesce(sum(i.extends), 0)'),
  reads: ['pg_stat_checkpointer', 'pg_stat_bgwriter', 'pg_stat_io'],
  grants: [],
  cost: 'cheap',
}

const CHECKPOINTS_BEFORE_17: Statement = {
  id: 'postgresql.checkpoint',
  before: [17],
  text: `SELECT b.checkpoints_timed AS timed, b.checkpoints_req AS req,
  b.checkpoint_write_time AS write_ms, b.checkpoint_sync_time AS sync_ms,
  b.buffers_checkpoint, b.buffers_clean, b.maxwritten_clean, b.buffers_alloc, b.buffers_backend
FROM pg_stat_bgwriter AS b`,
  reads: ['pg_stat_bgwriter'],
  grants: [],
  cost: 'cheap',
}

const VARIANTS = [CHECKPOINTS, CHECKPOINTS_OF_17, CHECKPOINTS_BEFORE_17]

function checkpointsWith(writtenBlocks: string): string {
  return `SELECT c.num_timed AS timed, c.num_requested AS req, c.write_time AS write_ms, c.sync_time AS sync_ms,
  c.buffers_written AS buffers_checkpoint, b.buffers_clean, b.maxwritten_clean, b.buffers_alloc,
  (SELECT ${writtenBlocks}
    FROM pg_stat_io AS i
    WHERE i.object = 'relation' AND i.backend_type NOT IN ('checkpointer', 'background writer')) AS buffers_backend
FROM pg_stat_checkpointer AS c CROSS JOIN pg_stat_bgwriter AS b`
}

/** Checkpoints, and who writes dirty buffers. Reads: pg_stat_bgwriter; from 17 pg_stat_checkpointer and pg_stat_io too. Needs: nothing. Since: 10. Cost: 1 ms. */
export default defineProbe({
  name: 'postgresql.checkpoint',
  source: postgresql,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'cheap',
  reads: 'pg_stat_bgwriter, pg_stat_checkpointer, pg_stat_io',
  needs: 'none',
  help: { zh: 'PostgreSQL 检查点', en: 'Checkpoints of PostgreSQL' },
  measurements: {
    pg_checkpoint: {
      identifyingTags: ['instance'],
      fields: {
        timed_total: counter('count', '按时触发的检查点数', 'Checkpoints by the clock'),
        req_total: counter('count', '请求触发的检查点数', 'Checkpoints that were asked for'),
        write_ms_total: counter('milliseconds', '检查点写文件用时', 'Time spent writing', 0.001),
        sync_ms_total: counter('milliseconds', '检查点落盘用时', 'Time spent flushing', 0.001),
        buffers_checkpoint_total: counter(
          'count',
          '检查点写出的缓冲块数',
          'Buffers written by checkpoints',
        ),
        buffers_clean_total: counter(
          'count',
          '后台写进程写出的缓冲块数',
          'Buffers written by the background writer',
        ),
        maxwritten_clean_total: counter(
          'count',
          '后台写进程因达到单轮上限而停止的次数',
          'Times that the background writer stopped at its limit',
        ),
        buffers_backend_total: counter(
          'count',
          '会话进程自己写出的缓冲块数（17 起取自 pg_stat_io：写入与扩展的块）',
          'Buffers that sessions wrote themselves (from 17 blocks written and added, by pg_stat_io)',
        ),
        buffers_alloc_total: counter('count', '分配的缓冲块数', 'Buffers allocated'),
      },
    },
  },
  statements: VARIANTS,
  async sample({ session, emit, signal }) {
    const [row = {}] = await session.rows(VARIANTS, signal)
    emit(
      'pg_checkpoint',
      { instance: session.instance },
      {
        timed_total: numberOf(row, 'timed'),
        req_total: numberOf(row, 'req'),
        write_ms_total: numberOf(row, 'write_ms'),
        sync_ms_total: numberOf(row, 'sync_ms'),
        buffers_checkpoint_total: numberOf(row, 'buffers_checkpoint'),
        buffers_clean_total: numberOf(row, 'buffers_clean'),
        maxwritten_clean_total: numberOf(row, 'maxwritten_clean'),
        buffers_backend_total: numberOf(row, 'buffers_backend'),
        buffers_alloc_total: numberOf(row, 'buffers_alloc'),
      },
    )
  },
})
