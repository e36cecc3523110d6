import { counter, gauge, state } from '../../field.ts'
import { defineProbe, remembers } from '../../probe.ts'
import { SNMP_FAILURE_FIELD, toFailureState } from '../../sources/snmp/snmp-failure.ts'
import { snmp } from '../../sources/snmp.ts'
import type { SnmpDevice } from '../../sources/snmp/snmp-session.ts'

/** Whether a device answers, and what it says it is. Source: SNMPv2-MIB, system group. Needs: a read-only user or community. */
export default defineProbe({
  name: 'snmp.up',
  source: snmp,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 60,
  deadlineMs: 50_000,
  cost: 'cheap',
  reads: 'SNMPv2-MIB system',
  needs: 'none',
  help: { zh: 'SNMP 设备是否应答', en: 'Whether a device answers by SNMP' },
  measurements: {
    snmp_up: {
      identifyingTags: [],
      fields: {
        up: state('设备是否应答', 'Whether the device answers', {
          0: { zh: '无应答', en: 'no answer' },
          1: { zh: '正常', en: 'answers' },
        }),
        response_ms: gauge('milliseconds', '应答时间', 'Time to the answer', 0.01),
        error_code: SNMP_FAILURE_FIELD,
        uptime_seconds: gauge(
          'seconds',
          '设备（或其 SNMP 代理）启动以来的时间，497 天后重新计数',
          'Time since the device (or its SNMP agent) started; it begins again after 497 days',
        ),
        requests_total: counter('count', '发出的请求数', 'Requests sent'),
        varbinds_total: counter('count', '收到的变量数', 'Values received'),
        timeouts_total: counter('count', '未得到应答的请求数', 'Requests without an answer'),
      },
    },
  },
  remembers: remembers<string>(),
  async sample({ session, emit, emitDocument, memory, signal }) {
    const { failure, responseMs, upTimeTicks } = await session.ping(signal)
    const { requests, varbinds, timeouts } = session.counts
    emit(
      'snmp_up',
      {},
      {
        up: failure === undefined ? 1 : 0,
        response_ms: responseMs,
        error_code: toFailureState(failure),
        uptime_seconds: upTimeTicks === undefined ? undefined : upTimeTicks / 100,
        requests_total: requests,
        varbinds_total: varbinds,
        timeouts_total: timeouts,
      },
    )
    if (failure !== undefined) return memory
    const device = await session.device(signal)
    const inventory = toInventory(device)
    const text = JSON.stringify(inventory)
    if (text !== memory) emitDocument('snmp_device', 'history', inventory)
    return text
  },
})

function toInventory({ objectId, description, name, contact = '', location = '' }: SnmpDevice) {
  return {
    sysObjectID: objectId,
    sysDescr: description,
    sysName: name,
    sysContact: contact,
    sysLocation: location,
  }
}
