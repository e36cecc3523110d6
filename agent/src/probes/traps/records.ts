import { logwatch } from '../../measurements/logwatch.ts'
import { defineProbe } from '../../probe.ts'
import { emitReceived, logReceiver } from '../../sources/receiver/emit-received.ts'
import { TRAP_RULES } from '../../sources/traps/trap-rules.ts'
import { traps } from '../../sources/traps.ts'

/**
 * Traps and informs that devices sent: an event `trap` for each, and counters by rule. Source: the sockets of `listen`. Needs: the port; 162 needs
 * CAP_NET_BIND_SERVICE.
 */
export default defineProbe({
  name: 'traps.records',
  source: traps,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 5,
  cost: 'cheap',
  reads: { zh: 'listen 所列 UDP 端口', en: 'UDP ports of listen' },
  needs: {
    zh: '无；1024 以下端口需要 CAP_NET_BIND_SERVICE',
    en: 'none; a port below 1024 needs CAP_NET_BIND_SERVICE',
  },
  help: { zh: '设备发来的 SNMP trap', en: 'SNMP traps that devices send' },
  measurements: { logwatch, log_receiver: logReceiver },
  sample({ session, emit, emitEvent }) {
    return emitReceived({ emit, emitEvent }, 'trap', session, TRAP_RULES)
  },
})
