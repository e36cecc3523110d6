import type { Session, SourceContext } from '../../source.ts'
import { LogText, toEncoding } from '../log/log-text.ts'
import { parseListenAddress, type ListenAddress } from '../receiver/listen-address.ts'
import { toReceiverSettings } from '../receiver/receiver-options.ts'
import { ReceiverMemory } from '../receiver/receiver-memory.ts'
import type { ReceiverSession } from '../receiver/receiver-session.ts'
import { RecordIntake } from '../receiver/record-intake.ts'
import { SyslogConnections, type TlsFiles } from './syslog-connections.ts'
import { DatagramSocket } from '../receiver/datagram-socket.ts'
import { SYSLOG_RULES } from './syslog-rules.ts'
import { toSyslogRecord } from './to-syslog-record.ts'

/** Listens from now on, whether a probe asks or not. @throws ProbeError for an address or a file that can't be had */
export async function openSyslog(context: SourceContext): Promise<Session<ReceiverSession>> {
  const { options, clocks, standing, memory } = context
  const intake = new RecordIntake(toReceiverSettings(options), clocks)
  const rules = SYSLOG_RULES.map(({ name }) => name)
  const kept = await ReceiverMemory.open(context, intake, rules)
  const decoder = new LogText(toEncoding(options['encoding']))
  const onMessage = (sender: string, message: Buffer) => {
    if (memory.pausedSinceMs !== undefined || !intake.admits(sender)) return
    const record = toSyslogRecord(message, decoder)
    if (record === undefined) intake.lose('malformed')
    else intake.take(sender, record)
  }
  const sockets: (DatagramSocket | SyslogConnections)[] = []
  const close = async () => {
    for (const socket of sockets) await socket[Symbol.asyncDispose]()
    await kept.close()
  }
  try {
    for (const address of addressesIn(options['listen']))
      sockets.push(await listen(address, filesIn(options), intake, onMessage))
  } catch (error) {
    await close()
    throw error
  }
  standing.enter('working')
  return {
    session: { intake, memory: kept, ports: sockets.map(({ port }) => port) },
    subject: '',
    resume: () => void standing.enter('working'),
    [Symbol.asyncDispose]: close,
  }
}

function listen(
  address: ListenAddress,
  files: TlsFiles,
  intake: RecordIntake,
  onMessage: (sender: string, message: Buffer) => void,
): Promise<DatagramSocket | SyslogConnections> {
  if (address.protocol === 'udp')
    return DatagramSocket.listen(address, ({ address: sender }, message) =>
      onMessage(sender, message),
    )
  return SyslogConnections.listen(address, files, {
    onMessage,
    onRefused: () => intake.lose('refused'),
  })
}

function addressesIn(value: unknown): readonly ListenAddress[] {
  const texts = Array.isArray(value) ? value.map(String) : []
  return texts.map(parseListenAddress).filter((address) => address !== undefined)
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
