import { readSecret, SecretError, type SecretReference } from '@wardround/program/running'
import { asList } from '../../as-list.ts'
import { asRecord } from '../../as-record.ts'
import { ProbeError } from '../../probe.ts'
import type { Session, SourceContext } from '../../source.ts'
import { DatagramSocket } from '../receiver/datagram-socket.ts'
import { openReceiver } from '../receiver/open-receiver.ts'
import { toReceiverSettings } from '../receiver/receiver-options.ts'
import type { ReceiverSession } from '../receiver/receiver-session.ts'
import type { AuthProtocol, PrivProtocol, SnmpUser } from '../snmp/snmp-credentials.ts'
import { StrangersLimit } from './strangers-limit.ts'
import { toTrapRecord } from './to-trap-record.ts'
import { TrapDecoder, type TrapCredentials } from './trap-decoder.ts'
import { TRAP_RULES } from './trap-rules.ts'

/** Listens from now on, whether a probe asks or not. @throws ProbeError for an address or a secret that can't be had */
export async function openTraps(context: SourceContext): Promise<Session<ReceiverSession>> {
  const { options, clocks, memory } = context
  const credentials = await readCredentials(context)
  const strangers = new StrangersLimit(toReceiverSettings(options).devices, clocks)
  return openReceiver(context, TRAP_RULES, async (address, intake) => {
    let socket: DatagramSocket | undefined
    const decoder = new TrapDecoder(credentials, {
      onTrap: ({ address: sender }, trap) => intake.take(sender, toTrapRecord(trap)),
      onRejected: (reason) => intake.lose(reason),
      answer: (message, to) => socket?.answer(message, to),
    })
    socket = await DatagramSocket.listen(address, (from, packet) => {
      if (memory.pausedSinceMs !== undefined || !intake.admits(from.address)) return
      if (strangers.admits(packet, from.address)) decoder.decode(packet, from)
      else intake.lose('rate')
    })
    return socket
  })
}

async function readCredentials({
  options,
  environment,
}: Pick<SourceContext, 'options' | 'environment'>): Promise<TrapCredentials> {
  const read = async (reference: unknown) => {
    try {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
      return (await readSecret(reference as SecretReference, environment)).reveal()
    } catch (error) {
      if (!(error instanceof SecretError)) throw error
      throw new ProbeError('NOT_PERMITTED', error.text, { cause: error })
    }
  }
  const communities = asList(options['communities'])
  const users = asList(options['users']).map(asRecord)
  return {
    communities: await Promise.all(communities.map(read)),
    users: await Promise.all(users.map((user) => toUser(user, read))),
  }
}

async function toUser(
  { user, authProtocol, authKey, privProtocol, privKey }: Readonly<Record<string, unknown>>,
  read: (reference: unknown) => Promise<string>,
): Promise<SnmpUser> {
  const name = String(user)
  if (authKey === undefined) return { name }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option
  const auth = { protocol: (authProtocol ?? 'sha256') as AuthProtocol, key: await read(authKey) }
  if (privKey === undefined) return { name, auth }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option
  const priv = { protocol: (privProtocol ?? 'aes') as PrivProtocol, key: await read(privKey) }
  return { name, auth, priv }
}
