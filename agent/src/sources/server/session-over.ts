import type { Session } from '../../source.ts'
import type { ServerConnection } from './server-driver.ts'
import type { ServerSession } from './server-session.ts'

/** What a source opens where nothing but the session with its server is to be ended with it. */
export function sessionOver<S, C extends ServerConnection>(
  server: ServerSession<C>,
  session: S,
): Session<S> {
  return {
    session,
    subject: '',
    cut: () => server.cut(),
    resume: () => server.resume(),
    [Symbol.asyncDispose]: () => server.close(),
  }
}
