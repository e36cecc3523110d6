import type { Secret } from '@wardround/program/running'
import { ProbeError } from '../../probe.ts'
import type { SendOwn, ServerDriver } from '../server/server-driver.ts'
import { LineError } from '../http/line-error.ts'
import { explainRefusedLogon, explainSilence, noRedfish } from './explain-failure.ts'
import { ownPath } from './own-path.ts'
import { RedfishConnection } from './redfish-connection.ts'
import { GIVEN_UP, type RedfishAnswer, type RedfishLine } from './redfish-line.ts'
import { LOGON, ROOT } from './redfish-statements.ts'
import type { RedfishTarget } from './redfish-target.ts'
import { linkIn, parseResource, pathOf, recordIn, type Resource } from './resource.ts'

const SESSIONS = '/redfish/v1/SessionService/Sessions'
/** Goodbye waits so long at most: a stop of the agent waits for it. */
const GOODBYE_MS = 3_000

const NEVER = new AbortController().signal

/** A session on the device. */
interface DeviceSession {
  readonly token: string
  /** Where to delete it. */
  readonly path: string
}

/**
 * Keeps at most one session on the device: it outlives a cut line, is taken up again by the next connection, and is deleted by logOff(). A BMC has
 * some four to sixteen of them for everybody, and keeps what nobody deletes for half an hour.
 */
export class RedfishDriver implements ServerDriver<RedfishConnection> {
  readonly #target: RedfishTarget
  readonly #line: RedfishLine
  #session: DeviceSession | undefined
  /** A logon that is under way: it is never cut, for a session that nobody waits for could not be deleted. */
  #logon: Promise<void> | undefined

  constructor(target: RedfishTarget, line: RedfishLine) {
    this.#target = target
    this.#line = line
  }

  /** @throws ConnectError */
  async connect(
    password: Secret | undefined,
    signal: AbortSignal,
    sendOwn: SendOwn,
  ): Promise<RedfishConnection> {
    try {
      const root = await sendOwn(ROOT, () => this.#readRoot(signal))
      await this.#logon?.catch(() => undefined) // of a run that is over
      if (this.#session === undefined)
        await orAborted(
          signal,
          sendOwn(LOGON, () => this.#keepSession(root, password)),
        )
      return new RedfishConnection(
        { get: (path, cut) => this.#get(path, cut), logOff: () => this.logOff() },
        root,
      )
    } catch (error) {
      throw error instanceof LineError ? explainSilence(this.#target, error) : error
    }
  }

  /** Deletes the session on the device, where there is one. Never rejects: what can't be deleted ends by the device's own timeout. */
  async logOff(): Promise<void> {
    await this.#logon?.catch(() => undefined)
    const session = this.#session
    this.#session = undefined
    if (session === undefined) return
    const { token, path } = session
    const signal = AbortSignal.timeout(GOODBYE_MS)
    await this.#line
      .ask({ method: 'DELETE', path, token, timeoutMs: GOODBYE_MS, signal })
      .catch(() => undefined)
  }

  #get(path: string, signal: AbortSignal): Promise<RedfishAnswer> {
    const { timeoutMs } = this.#target
    return this.#line.ask({ method: 'GET', path, token: this.#session?.token, timeoutMs, signal })
  }

  async #readRoot(signal: AbortSignal): Promise<Resource> {
    const { timeoutMs } = this.#target
    const answer = await this.#line.ask({ method: 'GET', path: '/redfish/v1/', timeoutMs, signal })
    if (answer.status !== 200) throw noRedfish(this.#target, `HTTP ${answer.status}`)
    try {
      const root = parseResource(answer.body, '/redfish/v1/')
      if (pathOf(root) === undefined) throw noRedfish(this.#target, 'no @odata.id')
      return root
    } catch (error) {
      throw error instanceof ProbeError ? noRedfish(this.#target, error.message) : error
    }
  }

  #keepSession(root: Resource, password: Secret | undefined): Promise<void> {
    const logon = this.#logOn(root, password)
      .then((session) => void (this.#session = session))
      .finally(() => (this.#logon = undefined))
    this.#logon = logon
    return logon
  }

  async #logOn(root: Resource, password: Secret | undefined): Promise<DeviceSession> {
    const { url, user, timeoutMs } = this.#target
    const link = linkIn(recordIn(root, 'Links'), 'Sessions') ?? SESSIONS
    const answer = await this.#line.ask({
      method: 'POST',
      path: ownPath(link, url.origin) ?? SESSIONS,
      body: JSON.stringify({ UserName: user, Password: password?.reveal() ?? '' }),
      timeoutMs,
      signal: NEVER,
    })
    const refusal = explainRefusedLogon(this.#target, answer)
    if (refusal !== undefined) throw refusal
    const session = sessionIn(answer, url.origin)
    if (session === undefined) throw noRedfish(this.#target, 'no session in the answer')
    return session
  }
}

/** A device that stands behind a translated address names its session by its own: only the path counts. */
function sessionIn({ headers, body }: RedfishAnswer, origin: string): DeviceSession | undefined {
  const token = headers['x-auth-token']
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,4096}$/.test(token)) return undefined
  const location = headers.location ?? pathOf(bodyOf(body)) ?? ''
  const path = ownPath(location.replace(/^https?:\/\/[^/]*/, ''), origin)
  return path === undefined ? undefined : { token, path }
}

function bodyOf(body: string): Resource {
  try {
    return parseResource(body, SESSIONS)
  } catch {
    return {} // the header said where it is, or nobody does
  }
}

/** Waits no longer than the run lasts; what is waited for goes on. @throws LineError */
async function orAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new LineError('other', GIVEN_UP, true))
  signal.addEventListener('abort', giveUp, { once: true })
  if (signal.aborted) giveUp()
  try {
    await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
    work.catch(() => undefined)
  }
}
