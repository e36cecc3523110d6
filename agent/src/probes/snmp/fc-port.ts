import type { LocalizedText } from '@wardround/protocol'
import { fcPort, PORT_STATE } from '../../measurements/fc-port.ts'
import { fcSwitchPorts } from '../../measurements/fc-switch.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { WATCHED_COUNTERS, type PortRows } from '../../sources/snmp/brocade/port-counters.ts'
import { PortWatch, type PortReading } from '../../sources/snmp/brocade/port-watch.ts'
import { requireBrocade } from '../../sources/snmp/brocade/require-brocade.ts'
import { KeptSet } from '../../sources/snmp/kept-set.ts'
import { knownState } from '../../sources/snmp/known-state.ts'
import { leftOnline } from '../../sources/snmp/left-online.ts'
import { sumOfKnown } from '../../sum-of-known.ts'

const { fields } = fcPort
/** Columns of swFCPortTable. */
const PORT = { phy: 3, oper: 4, link: 6 } as const
/** BB-credit zero is counted in steps of 2.5 µs. */
const TICK_SECONDS = 2.5e-6

type Watched = (typeof WATCHED_COUNTERS)[number]['field']
type Reading = PortReading<Watched>

interface Memory {
  readonly watch: PortWatch<Watched>
  readonly online: KeptSet
}

const ONLY_32: LocalizedText = {
  zh: '该交换机不提供 FCMGMT-MIB 的 64 位计数器；8G 端口的 32 位流量计数器半分钟内就回绕，因此不给出流量',
  en: 'this switch gives no counters of 64 bits (FCMGMT-MIB); those of 32 bits go round in half a minute at 8G, so there is no traffic',
}
const NOT_KEPT: LocalizedText = {
  zh: '无法保存曾经在线的端口；采集代理重启后，离线的端口不再告警',
  en: 'which ports were online can’t be kept: after a restart of the agent a port that left is no alert',
}

/**
 * Ports of a Brocade switch, what rules and boards watch. Source: SW-MIB swFCPortTable, swConnUnitPortStatTable; FCMGMT-MIB
 * connUnitPortStatTable. Needs: SNMP with read access. What is looked up seldom is read by snmp.fc-link.
 */
export default defineProbe({
  name: 'snmp.fc-port',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'SW-MIB swFCPortTable, swConnUnitPortStatTable; FCMGMT-MIB connUnitPortStatTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '博科光纤交换机端口：状态、流量、错误、缓冲信用、离线的在用端口',
    en: 'Ports of a Brocade FC switch: states, traffic, errors, buffer credits, ports in use that went offline',
  },
  measurements: { fc_port: fcPort, fc_switch: fcSwitchPorts },
  remembers: remembers<Memory>(),
  async sample({ session, emit, remark, memory, monotonicMs, signal }) {
    await requireBrocade(session, signal)
    const { watch, online } = memory ?? {
      watch: new PortWatch(WATCHED_COUNTERS),
      online: new KeptSet(session.keeping, 'snmp-fc-ports'),
    }
    const rows = await watch.readRows(session, signal, Object.values(PORT))
    if (rows.size === 0) throw noPorts()
    await watch.refresh(session, signal, monotonicMs, rows.keys())
    watch.book.begin(monotonicMs, await session.upTimeTicks(signal))
    if (!watch.has64) remark(ONLY_32)

    const states = new Map([...rows].map(([port, { port: row }]) => [String(port), statesOf(row)]))
    const isOnline = ({ oper_state }: States) => oper_state === PORT_STATE.online
    const onlineNow = [...states].filter(([, port]) => isOnline(port)).map(([port]) => port)
    if (!(await online.add(onlineNow))) remark(NOT_KEPT)
    const known = await online.read()

    for (const [number, row] of rows) {
      const port = String(number)
      const state = states.get(port) ?? {}
      const reading = watch.readCounters(number, row)
      const tags = { device: session.subject, port, ...watch.factsOf(number)?.tags }
      emit('fc_port', tags, {
        ...state,
        left_online: leftOnline(port, state.oper_state, known, session.settings),
        ...(reading.isBlank && !isOnline(state) ? {} : countersOf(watch, number, reading)),
      })
    }
    const counts = { ports: rows.size, ports_online: onlineNow.length }
    emit('fc_switch', { device: session.subject }, counts)
    return { watch, online }
  },
})

interface States {
  readonly phy_state?: number | undefined
  readonly oper_state?: number | undefined
  readonly link_state?: number | undefined
}

function statesOf(row: PortRows['port']): States {
  return {
    phy_state: knownState(row?.get(PORT.phy), fields.phy_state, 255),
    oper_state: knownState(row?.get(PORT.oper), fields.oper_state, PORT_STATE.unknown),
    link_state: knownState(row?.get(PORT.link), fields.link_state, 0),
  }
}

function countersOf(watch: PortWatch<Watched>, port: number, reading: Reading) {
  const counters_reset = reading.isReset ? 1 : 0
  return { ...reading.values, ...growthOf(watch, port, reading), counters_reset }
}

/** What rules need that know no rates. */
function growthOf(watch: PortWatch<Watched>, port: number, { readings }: Reading) {
  const recent = (field: Watched) => watch.recent(port, field)
  const credit = rateOf(readings.bb_credit_zero_total)
  return {
    crc_errors_10m: recent('crc_errors_total'),
    encoding_errors_10m: sumOfKnown(
      recent('encoding_in_errors_total'),
      recent('encoding_out_errors_total'),
    ),
    invalid_words_10m: recent('invalid_words_total'),
    c3_discards_per_second: rateOf(readings.c3_discards_total),
    tx_timeouts_per_second: rateOf(readings.c3_tx_timeouts_total),
    bb_credit_zero_percent:
      credit === undefined ? undefined : Math.min(100, credit * TICK_SECONDS * 100),
  }
}

function rateOf(reading: Reading['readings'][Watched]): number | undefined {
  const { growth, seconds } = reading ?? {}
  return growth === undefined || seconds === undefined || seconds <= 0
    ? undefined
    : growth / seconds
}

function noPorts(): NoDataError {
  return new NoDataError({
    zh: '该交换机没有给出端口：使用虚拟架构时请设置 context，如 VF:128',
    en: 'this switch gives no ports: with virtual fabrics, set `context`, such as VF:128',
  })
}
