import type { Session, SourceContext } from '../../source.ts'
import type { ReceiverRule } from './emit-received.ts'
import { parseListenAddresses, type ListenAddress } from './listen-address.ts'
import { ReceiverMemory } from './receiver-memory.ts'
import { toReceiverSettings } from './receiver-options.ts'
import type { ReceiverSession } from './receiver-session.ts'
import { RecordIntake } from './record-intake.ts'

/** What listens on one address; a receiver closes it when it ends. */
interface ReceiverSocket extends AsyncDisposable {
  readonly port: number
}

/**
 * Listens on every address of the option `listen` from now on, whether a probe asks or not; where one can't be had, those before it are closed.
 * @param rules what is looked for in what comes
 * @param listen opens the socket of one address, which gives what it takes to the intake
 * @throws ProbeError that `listen` throws
 */
export async function openReceiver(
  context: SourceContext,
  rules: readonly ReceiverRule[],
  listen: (address: ListenAddress, intake: RecordIntake) => Promise<ReceiverSocket>,
): Promise<Session<ReceiverSession>> {
  const { options, clocks, standing } = context
  const intake = new RecordIntake(toReceiverSettings(options), clocks)
  const names = rules.map(({ name }) => name)
  const memory = await ReceiverMemory.open(context, intake, names)
  const sockets: ReceiverSocket[] = []
  const close = async () => {
    for (const socket of sockets) await socket[Symbol.asyncDispose]()
    await memory.close()
  }
  try {
    for (const address of parseListenAddresses(options['listen']))
      sockets.push(await listen(address, intake))
  } catch (error) {
    await close()
    throw error
  }
  standing.enter('working')
  return {
    session: { intake, memory, ports: sockets.map(({ port }) => port) },
    subject: '',
    resume: () => void standing.enter('working'),
    [Symbol.asyncDispose]: close,
  }
}
