import { fcPort, fcPortDetails, PORT_STATE } from '../../measurements/fc-port.ts'
import { fcSwitchPorts } from '../../measurements/fc-switch.ts'
import { defineProbe, NoDataError, remembers } from '../../probe.ts'
import { snmp } from '../../sources/snmp.ts'
import { CounterBook, type CounterReading } from '../../sources/snmp/counter-book.ts'
import { distinctNames } from '../../sources/snmp/distinct-names.ts'
import { KeptSet } from '../../sources/snmp/kept-set.ts'
import { leftOnline } from '../../sources/snmp/left-online.ts'
import {
  MDS_COUNTERS,
  readMdsPorts,
  type MdsCounter,
  type MdsPort,
} from '../../sources/snmp/mds/mds-ports.ts'
import { requireMds } from '../../sources/snmp/mds/require-mds.ts'

const DISABLED = 2
const TICK_SECONDS = 2.5e-6

interface Memory {
  readonly book: CounterBook
  readonly online: KeptSet
}

/**
 * Fibre Channel ports of a Cisco MDS. Source: IF-MIB, CISCO-FC-FE-MIB. Needs: SNMP with read access. Built from the MIBs; not seen on a real
 * switch yet.
 */
export default defineProbe({
  name: 'snmp.mds-port',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  cost: 'moderate',
  reads: 'IF-MIB ifTable, ifXTable; CISCO-FC-FE-MIB fcIfTable, fcIfErrorTable',
  needs: { zh: 'SNMP 只读权限', en: 'SNMP with read access' },
  help: {
    zh: '思科 MDS 的光纤端口：状态、流量、错误、缓冲信用（按 MIB 编写，尚未在真实交换机上验证）',
    en: 'FC ports of a Cisco MDS: states, traffic, errors, buffer credits (built from the MIBs, not seen on a real switch yet)',
  },
  measurements: {
    fc_port: { ...fcPort, fields: { ...fcPort.fields, ...fcPortDetails.fields } },
    fc_switch: fcSwitchPorts,
  },
  remembers: remembers<Memory>(),
  async sample({ session, emit, remark, memory, monotonicMs, signal }) {
    await requireMds(session, signal)
    const { book, online } = memory ?? {
      book: new CounterBook(MDS_COUNTERS.length),
      online: new KeptSet(session.keeping, 'snmp-fc-ports'),
    }
    const read = await readMdsPorts(session, signal)
    if (read.length === 0)
      throw new NoDataError({
        zh: '该交换机没有光纤端口（ifType 56）',
        en: 'this switch gives no FC ports (ifType 56)',
      })
    book.begin(monotonicMs, await session.upTimeTicks(signal))
    const ports = distinctNames(
      read.map((port) => ({ ...port, name: port.port, alias: port.name })),
    )
    const now = ports.filter(isOnline).map(({ name }) => name)
    if (!(await online.add(now)))
      remark({
        zh: '无法保存曾经在线的端口；采集代理重启后，离线的端口不再告警',
        en: 'which ports were online can’t be kept: after a restart of the agent a port that left is no alert',
      })
    const known = await online.read()
    for (const port of ports) {
      const { name, alias, wwn, operState, linkState, speed } = port
      // a port that is disabled is mostly one without a licence
      const left =
        linkState === DISABLED ? undefined : leftOnline(name, operState, known, session.settings)
      emit(
        'fc_port',
        { device: session.subject, port: name, name: alias, wwn },
        {
          oper_state: operState,
          link_state: linkState,
          left_online: left,
          speed,
          ...countersOf(book, name, port),
        },
      )
    }
    emit(
      'fc_switch',
      { device: session.subject },
      { ports: ports.length, ports_online: now.length },
    )
    return { book, online }
  },
})

function isOnline({ operState }: Pick<MdsPort, 'operState'>): boolean {
  return operState === PORT_STATE.online
}

function countersOf(book: CounterBook, name: string, port: MdsPort) {
  const values: Partial<Record<MdsCounter['field'], number>> = {}
  const readings = new Map<string, CounterReading>()
  for (const { field, value, shape } of port.counters) {
    const reading = book.read(name, MDS_COUNTERS.indexOf(field), value, shape)
    readings.set(field, reading)
    if (reading.value !== undefined) values[field] = reading.value
  }
  const isReset = [...readings.values()].some((reading) => reading.isReset)
  const isBlank = !isReset && Object.values(values).every((value) => value === 0)
  if (isBlank && !isOnline(port)) return {}
  const recent = (field: MdsCounter['field']) => book.recent(name, MDS_COUNTERS.indexOf(field))
  const credit = rateOf(readings.get('bb_credit_zero_total'))
  return {
    ...values,
    crc_errors_10m: recent('crc_errors_total'),
    invalid_words_10m: recent('invalid_words_total'),
    tx_timeouts_per_second: rateOf(readings.get('c3_tx_timeouts_total')),
    bb_credit_zero_percent:
      credit === undefined ? undefined : Math.min(100, credit * TICK_SECONDS * 100),
    counters_reset: isReset ? 1 : 0,
  }
}

function rateOf(reading: CounterReading | undefined): number | undefined {
  const { growth, seconds } = reading ?? {}
  return growth === undefined || seconds === undefined || seconds <= 0
    ? undefined
    : growth / seconds
}
