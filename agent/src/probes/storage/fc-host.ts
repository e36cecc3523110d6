import { counter, gauge, state } from '../../field.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { storage } from '../../sources/storage.ts'
import { FC_STATES, readFcHosts, type FcHost } from '../../sources/storage/fc-hosts.ts'

/** Errors of one port at a time. */
interface Mark {
  readonly atMs: number
  readonly errors: number
}

type Marks = ReadonlyMap<string, readonly Mark[]>

const HOUR_MS = 3_600_000

/** Ports of Fibre Channel adapters. Source: /sys/class/fc_host. Needs: nothing. */
export default defineProbe({
  name: 'storage.fc-host',
  source: storage,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'cheap',
  reads: '/sys/class/fc_host',
  needs: 'none',
  help: { zh: '光纤通道适配器（HBA）端口', en: 'Ports of Fibre Channel adapters (HBA)' },
  measurements: {
    fc_host: {
      identifyingTags: ['hba', 'wwpn'],
      fields: {
        port_state: state('端口状态', 'State of the port', {
          [FC_STATES.unknown]: { zh: '未知', en: 'unknown' },
          [FC_STATES.online]: { zh: '在线', en: 'online' },
          [FC_STATES.offline]: { zh: '离线', en: 'offline' },
          [FC_STATES.linkdown]: { zh: '链路中断', en: 'link down' },
          [FC_STATES['not present']]: { zh: '不存在', en: 'not present' },
          [FC_STATES.blocked]: { zh: '阻塞', en: 'blocked' },
          [FC_STATES.bypassed]: { zh: '旁路', en: 'bypassed' },
          [FC_STATES.diagnostics]: { zh: '诊断', en: 'diagnostics' },
          [FC_STATES.error]: { zh: '错误', en: 'error' },
          [FC_STATES.loopback]: { zh: '环回', en: 'loopback' },
          [FC_STATES.deleted]: { zh: '已删除', en: 'deleted' },
          [FC_STATES.marginal]: { zh: '边缘状态', en: 'marginal' },
        }),
        left_online: gauge(
          'boolean',
          '曾经在线而现在不在线；从未使用的端口为 0',
          'It was online once and is not now; 0 for a port that was never used',
        ),
        speed_gbit: gauge(
          'count',
          '速率（Gbit/s），没有链路时缺失',
          'Speed in Gbit/s; missing without a link',
        ),
        link_failure_total: counter('count', '链路故障次数', 'Link failures'),
        loss_of_signal_total: counter('count', '信号丢失次数', 'Losses of signal'),
        loss_of_sync_total: counter('count', '同步丢失次数', 'Losses of synchronisation'),
        invalid_crc_total: counter('count', 'CRC 错误帧数', 'Frames with a wrong CRC'),
        invalid_tx_words_total: counter('count', '无效传输字数', 'Invalid transmission words'),
        error_frames_total: counter('count', '错误帧数', 'Frames in error'),
        rx_words_total: counter('count', '接收的字数（每字 4 字节）', 'Words received, of 4 bytes'),
        tx_words_total: counter('count', '发送的字数（每字 4 字节）', 'Words sent, of 4 bytes'),
        errors_1h: gauge(
          'count',
          '一小时内新增的 CRC 错误与同步丢失次数',
          'CRC errors and losses of synchronisation of the last hour',
        ),
      },
    },
  },
  remembers: remembers<Marks>(),
  async sample({ session, emit, memory, monotonicMs, signal }) {
    const hosts = await readFcHosts(session.files, session.slowFiles, signal)
    if (hosts.length === 0)
      throw new NoDataError({
        zh: '没有光纤通道适配器',
        en: 'there is no Fibre Channel adapter',
      })
    const used = await session.kept.ports.settle(
      new Map(hosts.filter(isOnline).map((host) => [keyOf(host), 1])),
      (kept) => kept,
    )
    const marks = new Map<string, readonly Mark[]>()
    for (const host of hosts) {
      const own = nextMarks(memory?.get(keyOf(host)) ?? [], host, monotonicMs)
      marks.set(keyOf(host), own)
      emit(
        'fc_host',
        { hba: host.hba, wwpn: host.wwpn },
        {
          port_state: host.state,
          // An unknown state is neither well nor a loss.
          left_online:
            host.state === FC_STATES.unknown
              ? undefined
              : Number(used.has(keyOf(host)) && !isOnline(host)),
          speed_gbit: host.speedGbit,
          ...host.counters,
          errors_1h: growthOf(own),
        },
      )
    }
    return marks
  },
})

/** Host numbers change with a restart; the port's name stays. */
function keyOf({ wwpn, hba }: FcHost): string {
  return wwpn === '' ? hba : wwpn
}

function isOnline({ state: now }: FcHost): boolean {
  return now === FC_STATES.online || now === FC_STATES.marginal
}

/** One mark a run, the last hour's; from the beginning where the counters were set back. */
function nextMarks(before: readonly Mark[], { counters }: FcHost, atMs: number): readonly Mark[] {
  const { invalid_crc_total: crc, loss_of_sync_total: sync } = counters
  if (crc === undefined && sync === undefined) return []
  const errors = (crc ?? 0) + (sync ?? 0)
  const since = errors < (before.at(-1)?.errors ?? 0) ? [] : before
  return [...since.filter((mark) => atMs - mark.atMs <= HOUR_MS), { atMs, errors }]
}

function growthOf(marks: readonly Mark[]): number | undefined {
  const [first] = marks
  const last = marks.at(-1)
  return first === undefined || last === undefined || marks.length < 2
    ? undefined
    : last.errors - first.errors
}
