import type { SecretReference } from '@wardround/program/running'
import type { Session, SourceContext } from '../../source.ts'
import { toQuietHours } from '../server/quiet-hours.ts'
import { ServerSession } from '../server/server-session.ts'
import type { RedfishConnection } from './redfish-connection.ts'
import { RedfishDriver } from './redfish-driver.ts'
import { RedfishLine } from './redfish-line.ts'
import { RedfishSession } from './redfish-session.ts'
import { REDFISH_STATEMENTS } from './redfish-statements.ts'
import { readRedfishTarget } from './redfish-target.ts'

/** Puts a session together. Nothing is sent before a probe asks. @throws ProbeError UNREADABLE where caFile is */
export async function openRedfish(context: SourceContext): Promise<Session<RedfishSession>> {
  const target = await readRedfishTarget(context.options)
  const line = new RedfishLine(target)
  const driver = new RedfishDriver(target, line)
  const { password, quietHours } = context.options
  const server = new ServerSession<RedfishConnection>(
    {
      instance: target.subject,
      server: target.server,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
      password: password as SecretReference | undefined,
      quietHours: toQuietHours(quietHours),
      off: [],
      // answers that take their time cost the device's own small processor, not a server's: they are bounded by number
      kept: REDFISH_STATEMENTS.map(({ id }) => id),
      closeIdleAfterMs: undefined,
    },
    driver,
    context,
  )
  return {
    session: new RedfishSession(target, server, context),
    subject: target.subject,
    cut() {
      server.cut()
      void driver.logOff()
    },
    resume: () => server.resume(),
    async [Symbol.asyncDispose]() {
      await server.close()
      await driver.logOff()
      line.close()
    },
  }
}
