import type { Session, SourceContext } from '../source.ts'
import type { ReceiverSession } from '../sources/receiver/receiver-session.ts'
import { trapsSource } from '../sources/traps.ts'
import { makeSourceContext } from './source-context.ts'

/** Of the user that the receiver takes in tests. */
export const TRAP_KEYS = { auth: 'authentication1', priv: 'confidential1' }

/** The trap receiver as the agent opens it, on loopback: community `fabric` and user `wardround` with SHA-256 and AES. */
export async function openTrapsSource(
  options: Readonly<Record<string, unknown>> = {},
  given: Partial<SourceContext> = {},
): Promise<Session<ReceiverSession>> {
  const context = await makeSourceContext({
    name: 'traps',
    environment: { COMMUNITY: 'fabric', AUTH_KEY: TRAP_KEYS.auth, PRIV_KEY: TRAP_KEYS.priv },
    options: {
      listen: ['udp://127.0.0.1:0'],
      communities: [{ env: 'COMMUNITY' }],
      users: [
        {
          user: 'wardround',
          authProtocol: 'sha256',
          authKey: { env: 'AUTH_KEY' },
          privProtocol: 'aes',
          privKey: { env: 'PRIV_KEY' },
        },
      ],
      devices: [{ address: '127.0.0.1', subject: 'fcsw1' }],
      ratePerSecond: 20,
      repeatWithin: '60s',
      ...options,
    },
    ...given,
  })
  return trapsSource.open(context)
}
