import { systemClocks } from '../clocks.ts'
import type { Session, SourceContext } from '../source.ts'
import { SourceStanding } from '../source-standing.ts'
import { redfishSource } from '../sources/redfish.ts'
import type { RedfishSession } from '../sources/redfish/redfish-session.ts'
import { REDFISH_STATEMENTS } from '../sources/redfish/redfish-statements.ts'
import { makeSourceContext } from './source-context.ts'
import type { StandInRedfish } from './stand-in-redfish.ts'

/** A session of the source as the agent opens it, with what a test looks at. */
export interface OpenedRedfish extends Session<RedfishSession> {
  readonly standing: SourceStanding
  readonly context: SourceContext
}

/** Opens the source for a stand-in with these options beside its defaults. */
export async function openRedfishSource(
  standIn: StandInRedfish,
  options: Readonly<Record<string, unknown>> = {},
  given: Partial<SourceContext> = {},
): Promise<OpenedRedfish> {
  const standing = new SourceStanding(
    { name: 'bmc1', type: 'redfish' },
    systemClocks,
    () => undefined,
  )
  const context = await makeSourceContext({
    name: 'bmc1',
    standing,
    statements: REDFISH_STATEMENTS,
    environment: { PASSWORD_OF_TEST: 'right' },
    options: {
      connectTimeout: '5s',
      timeout: '20s',
      quietHours: [],
      subject: 'bmc1',
      connect: standIn.url,
      user: 'wardround',
      password: { env: 'PASSWORD_OF_TEST' },
      fingerprint: standIn.certificate.fingerprint,
      ...options,
    },
    ...given,
  })
  return Object.assign(await redfishSource.open(context), { standing, context })
}
