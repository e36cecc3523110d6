import { counter, gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { agent } from '../../sources/agent.ts'

const SEND_AGAIN_MS = 86_400_000

const OUTBOX_FAILURES = {
  0: { zh: '正常', en: 'works' },
  1: { zh: '空间不足', en: 'no space' },
  2: { zh: '只读或无权限', en: 'read-only or not permitted' },
  3: { zh: '读写错误', en: 'input/output error' },
} as const

function toFailureState(code: string | undefined): keyof typeof OUTBOX_FAILURES {
  if (code === undefined) return 0
  if (code === 'JOURNAL_NO_SPACE') return 1
  return code === 'JOURNAL_READ_ONLY' ? 2 : 3
}

/**
 * The agent itself. Source: its own counters; resident memory and processor time from the system. Needs: nothing.
 * The ledger, in samples of this run of the agent: collected + recovered = stored + queued + dropped.
 */
export default defineProbe({
  name: 'agent.self',
  source: agent,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 10,
  cost: 'cheap',
  reads: {
    zh: '采集代理自身',
    en: 'the agent itself',
  },
  needs: 'none',
  help: {
    zh: '采集代理自身：占用的资源、发送队列，以及每个样本的去向',
    en: 'The agent itself: what it uses, its outbox, and where every sample went',
  },
  measurements: {
    agent: {
      identifyingTags: [],
      fields: {
        rss_bytes: gauge('bytes', '占用的物理内存', 'Resident memory'),
        cpu_seconds_total: counter(
          'seconds',
          '用去的 CPU 时间（不含子进程）',
          'Processor time used, without child processes',
          0.001,
        ),
        outbox_bytes: gauge('bytes', '发送队列占用的磁盘字节数', 'Outbox on disk'),
        outbox_batches: gauge('count', '尚未确认的批次数', 'Batches not acknowledged yet'),
        outbox_failure: state(
          '磁盘发送队列能否写入；不能写入时批次留在内存',
          'Whether the outbox on disk can be written; while it can not, batches wait in memory',
          OUTBOX_FAILURES,
        ),
        outbox_corrupt_total: counter(
          'count',
          '磁盘发送队列中因损坏而跳过的记录数',
          'Records of the outbox on disk that were passed over as damaged',
        ),
        collected_total: counter('count', '采集到的样本数', 'Samples collected'),
        recovered_total: counter(
          'count',
          '启动时从发送队列找回的样本数',
          'Samples of earlier runs found on disk at the start',
        ),
        stored_total: counter(
          'count',
          '监控中心已确认保存的样本数',
          'Samples that the collector acknowledged as stored',
        ),
        queued: gauge('count', '等待确认的样本数', 'Samples that wait for their acknowledgement'),
        dropped_total: counter('count', '放弃的样本数', 'Samples given up'),
        sent_total: counter(
          'count',
          '已发出的样本数，重发的重复计算',
          'Samples sent, those sent again included',
        ),
        ack_latency_ms: gauge(
          'milliseconds',
          '最近一个批次从发出到确认的时间',
          'From sending to acknowledgement, of the newest batch',
          0.001,
        ),
        reconnects_total: counter('count', '重新连接的次数', 'Connections opened anew'),
      },
    },
    agent_drop: {
      identifyingTags: ['reason'],
      fields: {
        samples_total: counter('count', '因该原因放弃的样本数', 'Samples given up for this reason'),
      },
    },
  },
  remembers: remembers<{ sentAtMs: number }>(),
  sample({ session, emit, emitDocument, memory, monotonicMs }) {
    const { ledger, outbox, uplink, board } = session
    const { user, system } = process.cpuUsage()
    emit(
      'agent',
      {},
      {
        rss_bytes: process.memoryUsage.rss(),
        cpu_seconds_total: (user + system) / 1e6,
        outbox_bytes: outbox.bytes,
        outbox_batches: outbox.batches,
        outbox_failure: toFailureState(outbox.failure?.code),
        outbox_corrupt_total: outbox.corruptRecords,
        collected_total: ledger.entry.collected,
        recovered_total: ledger.entry.recovered,
        stored_total: ledger.entry.stored,
        queued: ledger.entry.queued,
        dropped_total: ledger.entry.dropped,
        sent_total: uplink.sentSamples,
        ack_latency_ms: uplink.ackLatencyMs,
        reconnects_total: uplink.reconnects,
      },
    )
    for (const [reason, samples] of ledger.droppedByReason) {
      emit('agent_drop', { reason }, { samples_total: samples })
    }
    const isDue = memory === undefined || monotonicMs - memory.sentAtMs >= SEND_AGAIN_MS
    const rows = board.takeChanged() ?? (isDue ? board.toJson() : undefined)
    if (rows === undefined) return memory
    emitDocument('agent_probes', 'newest', { platform: process.platform, ...rows })
    return { sentAtMs: monotonicMs }
  },
})
