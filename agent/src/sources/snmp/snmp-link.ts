import { lookup } from 'node:dns/promises'
import type { RemoteInfo } from 'node:dgram'
import type * as netSnmp from 'net-snmp'
import { guardSockets } from './guarded-socket.ts'
import { answerDes } from './des-privacy.ts'
import { isPlausible } from './packet-check.ts'
import type { SnmpCredentials, SnmpUser } from './snmp-credentials.ts'
import { SnmpError, type SnmpFailure } from './snmp-failure.ts'
import type { SnmpAnswer, SnmpRequest } from './snmp-request.ts'
import type { SnmpTarget } from './snmp-target.ts'

/** How long one answer is waited for, and how often the question is repeated meanwhile. */
export interface Patience {
  readonly timeoutMs: number
  readonly retries: number
}

/** A socket to one device. After a failure it is closed and another one opened: what it believed of the device's engine may be wrong. */
export interface SnmpLink {
  /** @throws SnmpError; one request at a time */
  request(request: SnmpRequest, patience: Patience): Promise<SnmpAnswer>
  /** Ends the request that is under way. */
  close(): void
}

export type OpenLink = (target: SnmpTarget, credentials: SnmpCredentials) => Promise<SnmpLink>

/** What is used of net-snmp: reading alone. Its members are not all in its declarations. */
interface NetSnmpSession {
  timeout: number
  retries: number
  get(oids: readonly string[], done: Done): void
  getNext(oids: readonly string[], done: Done): void
  getBulk(oids: readonly string[], nonRepeaters: number, repetitions: number, done: Done): void
  close(): void
  on(event: 'error', listener: (error: unknown) => void): void
  /** Takes what a device answered, before it is sorted by what was asked. */
  onSimpleGetResponse: (request: { responseCb: Done }, message: { pdu: SnmpAnswer }) => void
  /** Takes a report of the user-based security model. */
  userSecurityModelError: (request: { responseCb: Done }, oid: string) => void
}

type Done = (error: unknown, answer?: unknown) => void

/** Opens a link by net-snmp, which is loaded when the first one is opened. @throws SnmpError unknown_host */
export const openLink: OpenLink = async (target, credentials) => {
  const [{ default: snmp }, address] = await Promise.all([import('net-snmp'), resolve(target.host)])
  answerDes(snmp)
  const options = {
    port: target.port,
    transport: address.family === 6 ? ('udp6' as const) : ('udp4' as const),
    dgramModule: guardSockets(acceptsFrom(address.address, target.port, credentials), ignore),
    ...(credentials.version === 'v3' ? { context: credentials.context } : {}),
  }
  const session =
    credentials.version === 'v3'
      ? snmp.createV3Session(address.address, toUser(snmp, credentials.user), options)
      : snmp.createSession(address.address, credentials.community, {
          ...options,
          version: credentials.version === 'v1' ? snmp.Version1 : snmp.Version2c,
        })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- net-snmp's declarations lack what its sessions have
  return new NetSnmpLink(session as unknown as NetSnmpSession)
}

/** What decoding throws for one packet is that packet's matter: the request goes on to wait for its answer. */
function ignore(): void {}

async function resolve(host: string): Promise<{ address: string; family: number }> {
  try {
    return await lookup(host)
  } catch (error) {
    throw new SnmpError('unknown_host', { zh: host, en: host }, { cause: error })
  }
}

function acceptsFrom(address: string, port: number, credentials: SnmpCredentials) {
  const expected = {
    version: VERSION_ON_WIRE[credentials.version],
    security: credentials.version === 'v3' ? securityOf(credentials.user) : 0,
  }
  return (packet: Buffer, from: RemoteInfo) =>
    from.port === port && from.address === address && isPlausible(packet, expected)
}

const VERSION_ON_WIRE = { v1: 0, v2c: 1, v3: 3 } as const

function securityOf({ auth, priv }: SnmpUser): number {
  return (auth === undefined ? 0 : 1) + (priv === undefined ? 0 : 2)
}

function toUser(
  snmp: Pick<typeof netSnmp, 'SecurityLevel' | 'AuthProtocols' | 'PrivProtocols'>,
  { name, auth, priv }: SnmpUser,
) {
  const { SecurityLevel, AuthProtocols, PrivProtocols } = snmp
  if (auth === undefined) return { name, level: SecurityLevel.noAuthNoPriv } as const
  const authed = { name, authProtocol: AuthProtocols[auth.protocol], authKey: auth.key } as const
  if (priv === undefined) return { ...authed, level: SecurityLevel.authNoPriv } as const
  const level = SecurityLevel.authPriv
  return {
    ...authed,
    level,
    privProtocol: PrivProtocols[priv.protocol],
    privKey: priv.key,
  } as const
}

class NetSnmpLink implements SnmpLink {
  readonly #session: NetSnmpSession
  #closed = false
  #fail: (error: SnmpError) => void = () => undefined

  constructor(session: NetSnmpSession) {
    this.#session = session
    session.on('error', ignore) // a packet that is no SNMP
    session.onSimpleGetResponse = (request, { pdu }) => request.responseCb(null, pdu)
    session.userSecurityModelError = (request, oid) => request.responseCb(toReportError(oid))
  }

  request(request: SnmpRequest, { timeoutMs, retries }: Patience): Promise<SnmpAnswer> {
    const session = this.#session
    session.timeout = timeoutMs
    session.retries = retries
    return new Promise((succeed, fail) => {
      if (this.#closed) return fail(new SnmpError('silent'))
      this.#fail = fail
      const done: Done = (error, answer) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what onSimpleGetResponse gave
        if (error === null) succeed(answer as SnmpAnswer)
        else fail(toSnmpError(error))
      }
      send(session, request, done)
    })
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#fail(new SnmpError('silent'))
    this.#session.close()
  }
}

function send(session: NetSnmpSession, request: SnmpRequest, done: Done): void {
  const { kind, oids, nonRepeaters = 0, repetitions = 1 } = request
  if (kind === 'get') session.get(oids, done)
  else if (kind === 'next') session.getNext(oids, done)
  else session.getBulk(oids, nonRepeaters, repetitions, done)
}

/** usmStats of RFC 3414. */
const REPORTS: Readonly<Record<string, SnmpFailure>> = {
  '1.3.6.1.6.3.15.1.1.1': 'unsupported_level',
  '1.3.6.1.6.3.15.1.1.2': 'out_of_time',
  '1.3.6.1.6.3.15.1.1.3': 'unknown_user',
  '1.3.6.1.6.3.15.1.1.4': 'out_of_time', // unknown engine: it was exchanged under us
  '1.3.6.1.6.3.15.1.1.5': 'wrong_key',
  '1.3.6.1.6.3.15.1.1.6': 'wrong_privacy_key',
}

function toReportError(oid: string): SnmpError {
  return new SnmpError(REPORTS[oid.replace(/\.0$/, '')] ?? 'other_report')
}

/** Of net-snmp's ResponseInvalidCode. A wrong key of ours is told by a report; an answer with a wrong signature is forged or torn. */
const INVALID: Readonly<Record<number, SnmpFailure>> = {
  11: 'other_report',
  14: 'out_of_time',
}

function toSnmpError(error: unknown): SnmpError {
  if (error instanceof SnmpError) return error
  if (!(error instanceof Error)) return new SnmpError('garbage')
  if (error.name === 'RequestTimedOutError') return new SnmpError('silent')
  const detail = { zh: error.message, en: error.message }
  if (error.name !== 'ResponseInvalidError') return new SnmpError('unreachable', detail)
  const code = 'code' in error && typeof error.code === 'number' ? error.code : 0
  return new SnmpError(INVALID[code] ?? 'garbage')
}
