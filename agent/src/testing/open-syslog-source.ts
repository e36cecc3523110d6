import type { Session, SourceContext } from '../source.ts'
import type { ReceiverSession } from '../sources/receiver/receiver-session.ts'
import { syslogSource } from '../sources/syslog.ts'
import { makeSourceContext } from './source-context.ts'

/** The syslog receiver as the agent opens it, on loopback unless the test says otherwise. */
export async function openSyslogSource(
  options: Readonly<Record<string, unknown>> = {},
  given: Partial<SourceContext> = {},
): Promise<Session<ReceiverSession>> {
  const context = await makeSourceContext({
    name: 'syslog',
    options: {
      listen: ['udp://127.0.0.1:0'],
      encoding: 'auto',
      devices: [{ address: '127.0.0.1', subject: 'fcsw1' }],
      ratePerSecond: 20,
      repeatWithin: '60s',
      ...options,
    },
    ...given,
  })
  return syslogSource.open(context)
}
