import type { Session, SourceContext } from '../../source.ts'
import { LogText, toEncoding } from '../log/log-text.ts'
import { DatagramSocket } from '../receiver/datagram-socket.ts'
import { openReceiver } from '../receiver/open-receiver.ts'
import type { ReceiverSession } from '../receiver/receiver-session.ts'
import { SyslogConnections, type TlsFiles } from './syslog-connections.ts'
import { SYSLOG_RULES } from './syslog-rules.ts'
import { toSyslogRecord } from './to-syslog-record.ts'

/** Listens from now on, whether a probe asks or not. @throws ProbeError for an address or a file that can't be had */
export function openSyslog(context: SourceContext): Promise<Session<ReceiverSession>> {
  const { options, memory } = context
  const decoder = new LogText(toEncoding(options['encoding']))
  const files = filesIn(options)
  return openReceiver(context, SYSLOG_RULES, (address, intake) => {
    const onMessage = (sender: string, message: Buffer) => {
      if (memory.pausedSinceMs !== undefined || !intake.admits(sender)) return
      const record = toSyslogRecord(message, decoder)
      if (record === undefined) intake.lose('malformed')
      else intake.take(sender, record)
    }
    return address.protocol === 'udp'
      ? DatagramSocket.listen(address, (from, message) => onMessage(from.address, message))
      : SyslogConnections.listen(address, files, {
          onMessage,
          onRefused: () => intake.lose('refused'),
        })
  })
}

function filesIn(options: Readonly<Record<string, unknown>>): TlsFiles {
  const file = (name: string) => {
    const value = options[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    certFile: file('certFile'),
    keyFile: file('keyFile'),
    clientCaFile: file('clientCaFile'),
  }
}
