import type { RemoteInfo } from 'node:dgram'
import netSnmp from 'net-snmp'
import { asRecord } from '../../as-record.ts'
import { answerDes } from '../snmp/des-privacy.ts'
import type { SnmpUser } from '../snmp/snmp-credentials.ts'
import { toTrap, type ReceivedTrap } from './received-trap.ts'

/** What became of a packet. */
export interface TrapListener {
  onTrap(from: RemoteInfo, trap: ReceivedTrap): void
  /** `refused`: community, user, key or level is not ours. `malformed`: anything else that is no trap. */
  onRejected(reason: 'refused' | 'malformed'): void
  /** Acknowledges an inform, or tells a v3 sender who we are. */
  answer(message: Uint8Array, to: RemoteInfo): void
}

export interface TrapCredentials {
  readonly communities: readonly string[]
  readonly users: readonly SnmpUser[]
}

type Handler = (packet: Buffer, from: RemoteInfo) => void

/** net-snmp keeps a key for each engine id that it ever saw, and anybody may make them up. */
const MAX_KEYS = 1_024

/**
 * Decodes traps and informs of v1, v2c and v3 with net-snmp, which has no socket of its own here: packets are handed to it one by one, and nothing
 * that it throws gets further.
 */
export class TrapDecoder {
  readonly #listener: TrapListener
  readonly #users: ReadonlySet<string>
  readonly #communities: ReadonlySet<string>
  #handler: Handler = () => undefined
  #handled = 0

  constructor({ communities, users }: TrapCredentials, listener: TrapListener) {
    this.#listener = listener
    this.#users = new Set(users.map(({ name }) => name))
    this.#communities = new Set(communities)
    answerDes(netSnmp)
    const receiver: unknown = netSnmp.createReceiver(
      {
        port: 1,
        includeAuthentication: true,
        disableAuthorization: false,
        dgramModule: { createSocket: () => this.#socket() },
      },
      (error: unknown, data: unknown) => this.#take(error, data),
    )
    addCredentials(receiver, communities, users)
  }

  /** Never throws. */
  decode(packet: Buffer, from: RemoteInfo): void {
    if (++this.#handled % MAX_KEYS === 0) forgetKeys()
    try {
      this.#handler(packet, from)
    } catch {
      this.#listener.onRejected('malformed')
    }
  }

  /** What net-snmp takes for its socket. */
  #socket() {
    return {
      bind: () => undefined,
      close: () => undefined,
      on: (event: string, handler: Handler) => {
        if (event === 'message') this.#handler = handler
      },
      send: (message: Buffer, from: number, length: number, port: number, address: string) =>
        this.#listener.answer(message.subarray(from, from + length), {
          address,
          port,
          family: address.includes(':') ? 'IPv6' : 'IPv4',
          size: length,
        }),
    }
  }

  #take(error: unknown, data: unknown): void {
    if (error !== null && error !== undefined) {
      const isRefused = error instanceof Error && error.name === 'RequestFailedError'
      return this.#listener.onRejected(isRefused ? 'refused' : 'malformed')
    }
    const { pdu, rinfo } = asRecord(data)
    if (!this.#isOurs(asRecord(pdu))) return this.#listener.onRejected('refused')
    const trap = toTrap(pdu)
    if (trap === undefined) return this.#listener.onRejected('malformed')
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- handed to decode(), and back
    this.#listener.onTrap(rinfo as RemoteInfo, trap)
  }

  /** net-snmp takes v3 without any user as one that needs no password. */
  #isOurs({ community, user }: Readonly<Record<string, unknown>>): boolean {
    return (
      (typeof community === 'string' && this.#communities.has(community)) ||
      (typeof user === 'string' && this.#users.has(user))
    )
  }
}

interface Authorizer {
  addCommunity(community: string): void
  addUser(user: Readonly<Record<string, unknown>>): void
}

function addCredentials(
  receiver: unknown,
  communities: readonly string[],
  users: readonly SnmpUser[],
): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- @types/net-snmp leaves the receiver out
  const authorizer = (receiver as { getAuthorizer(): Authorizer }).getAuthorizer()
  for (const community of communities) authorizer.addCommunity(community)
  for (const user of users) authorizer.addUser(toNetSnmpUser(user))
}

function toNetSnmpUser({ name, auth, priv }: SnmpUser): Readonly<Record<string, unknown>> {
  const { AuthProtocols, PrivProtocols, SecurityLevel } = netSnmp
  if (auth === undefined) return { name, level: SecurityLevel.noAuthNoPriv }
  const signed = { name, authProtocol: AuthProtocols[auth.protocol], authKey: auth.key }
  if (priv === undefined) return { ...signed, level: SecurityLevel.authNoPriv }
  return {
    ...signed,
    level: SecurityLevel.authPriv,
    privProtocol: PrivProtocols[priv.protocol],
    privKey: priv.key,
  }
}

function forgetKeys(): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- @types/net-snmp leaves it out
  const { Authentication } = netSnmp as unknown as {
    Authentication: { authToKeyCache: Record<string, unknown> }
  }
  Authentication.authToKeyCache = {}
}
