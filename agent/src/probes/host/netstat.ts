import type { FieldDeclaration } from '@wardround/protocol'
import { gauge } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import type { HostFiles } from '../../sources/host-files.ts'
import { host } from '../../sources/host.ts'
import { parseSockstat } from './parse-sockstat.ts'
import { countTcpStates, TCP_STATES, type TcpState } from './parse-tcp-table.ts'

/**
 * Sockets by state. Source: /proc/net/tcp, tcp6, sockstat, sockstat6. Needs: nothing. Names: Telegraf's netstat.
 *
 * Once a minute and not every 10 s: for each table the kernel walks its whole hash of connections, which
 * it sizes by the machine's memory (2.4 ms for both with 24 GB and not one connection, more than all
 * other probes of the host together), and each line costs on top.
 */
export default defineProbe({
  name: 'host.netstat',
  source: host,
  platforms: ['linux'],
  everySeconds: 60,
  cost: 'moderate',
  reads: '/proc/net/tcp, tcp6, sockstat, sockstat6',
  needs: 'none',
  help: {
    zh: '按状态统计的 TCP 连接数和 UDP 套接字数',
    en: 'TCP connections by state, and UDP sockets',
  },
  measurements: {
    netstat: {
      identifyingTags: [],
      fields: {
        tcp_established: state('ESTABLISHED'),
        tcp_syn_sent: state('SYN_SENT'),
        tcp_syn_recv: state('SYN_RECV'),
        tcp_fin_wait1: state('FIN_WAIT1'),
        tcp_fin_wait2: state('FIN_WAIT2'),
        tcp_time_wait: state('TIME_WAIT'),
        tcp_close: state('CLOSE'),
        tcp_close_wait: state('CLOSE_WAIT'),
        tcp_last_ack: state('LAST_ACK'),
        tcp_listen: state('LISTEN'),
        tcp_closing: state('CLOSING'),
        udp_socket: gauge('count', 'UDP 套接字数', 'UDP sockets'),
      },
    },
  },
  sample({ session, emit }) {
    emit(
      'netstat',
      {},
      { ...readTcpStates(session.files), udp_socket: readUdpSockets(session.files) },
    )
  },
})

/** @throws NoDataError without /proc/net/tcp; tcp6 is absent where IPv6 is switched off */
function readTcpStates(files: HostFiles): Partial<Record<`tcp_${TcpState}`, number>> {
  const counts = new Uint32Array(16)
  countTcpStates(files.read('/proc/net/tcp'), '/proc/net/tcp', counts)
  const sixth = files.readIfThere('/proc/net/tcp6')
  if (sixth) countTcpStates(sixth, '/proc/net/tcp6', counts)
  const fields: Partial<Record<`tcp_${TcpState}`, number>> = {}
  for (const [index, name] of TCP_STATES.entries()) fields[`tcp_${name}`] = counts[index + 1] ?? 0
  return fields
}

function readUdpSockets(files: HostFiles): number | undefined {
  const fourth = files.readIfThere('/proc/net/sockstat')
  const udp = fourth && parseSockstat(fourth, '/proc/net/sockstat', 'UDP')
  const sixth = files.readIfThere('/proc/net/sockstat6')
  const udp6 = sixth && parseSockstat(sixth, '/proc/net/sockstat6', 'UDP6')
  return udp === undefined ? undefined : udp + (udp6 ?? 0)
}

function state(name: string): FieldDeclaration {
  return gauge('count', `处于 ${name} 状态的 TCP 连接数`, `TCP sockets in state ${name}`)
}
