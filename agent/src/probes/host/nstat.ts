import { counter } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { host } from '../../sources/host.ts'
import { parseProtocolCounters } from './parse-protocol-counters.ts'

const NETSTAT = '/proc/net/netstat'
const SNMP = '/proc/net/snmp'

/** Trouble of TCP. Source: /proc/net/netstat, /proc/net/snmp. Needs: nothing. Names: Telegraf's nstat. */
export default defineProbe({
  name: 'host.nstat',
  source: host,
  platforms: ['linux'],
  everySeconds: 10,
  cost: 'cheap',
  reads: `${NETSTAT}, ${SNMP}`,
  needs: 'none',
  help: {
    zh: 'TCP 的监听队列溢出和重传',
    en: 'Overflows of listening sockets, and retransmissions',
  },
  measurements: {
    nstat: {
      identifyingTags: ['name'],
      fields: {
        TcpExtListenOverflows: counter(
          'count',
          '监听队列已满的次数（name=netstat）',
          'Times that the queue of a listening socket was full (name=netstat)',
        ),
        TcpExtListenDrops: counter(
          'count',
          '监听套接字丢弃的连接请求数（name=netstat）',
          'Connection requests that listening sockets dropped (name=netstat)',
        ),
        TcpRetransSegs: counter(
          'count',
          '重传的 TCP 报文段数（name=snmp）',
          'Segments sent again (name=snmp)',
        ),
      },
    },
  },
  sample({ session, emit }) {
    const listen = ['ListenOverflows', 'ListenDrops'] as const
    const extended = parseProtocolCounters(session.files.read(NETSTAT), NETSTAT, 'TcpExt', listen)
    emit(
      'nstat',
      { name: 'netstat' },
      {
        TcpExtListenOverflows: extended.ListenOverflows,
        TcpExtListenDrops: extended.ListenDrops,
      },
    )
    const tcp = parseProtocolCounters(session.files.read(SNMP), SNMP, 'Tcp', ['RetransSegs'])
    emit('nstat', { name: 'snmp' }, { TcpRetransSegs: tcp.RetransSegs })
  },
})
