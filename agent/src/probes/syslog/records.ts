import { logwatch } from '../../measurements/logwatch.ts'
import { defineProbe } from '../../probe.ts'
import { emitReceived, logReceiver } from '../../sources/receiver/emit-received.ts'
import { SYSLOG_RULES } from '../../sources/syslog/syslog-rules.ts'
import { syslog } from '../../sources/syslog.ts'

/**
 * What devices sent as syslog: an event `syslog` for each record, and counters by rule. Source: the sockets of `listen`. Needs: the port; below 1024
 * CAP_NET_BIND_SERVICE.
 */
export default defineProbe({
  name: 'syslog.records',
  source: syslog,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 5,
  cost: 'cheap',
  reads: { zh: 'listen 所列 UDP、TCP、TLS 端口', en: 'UDP, TCP and TLS ports of listen' },
  needs: {
    zh: '无；1024 以下端口需要 CAP_NET_BIND_SERVICE',
    en: 'none; a port below 1024 needs CAP_NET_BIND_SERVICE',
  },
  help: { zh: '设备发来的系统日志', en: 'Syslog that devices send' },
  measurements: { logwatch, log_receiver: logReceiver },
  sample({ session, emit, emitEvent }) {
    return emitReceived({ emit, emitEvent }, 'syslog', session, SYSLOG_RULES)
  },
})
