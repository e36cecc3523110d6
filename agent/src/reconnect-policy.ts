import type { CloseReason } from '@wardround/protocol'

/** How an attempt to connect, or a connection, came to its end. */
export type ConnectionEnd =
  /** It was never open: refused, unreachable, no answer in time, no WebSocket. */
  | { readonly type: 'unreachable'; readonly reason: string }
  /** The collector answered the upgrade with an HTTP status. */
  | { readonly type: 'http'; readonly status: number; readonly retryAfterMs: number | undefined }
  /** It was open; `code` is the close code, ours or theirs. */
  | {
      readonly type: 'closed'
      readonly code: number
      readonly reason: CloseReason
      readonly welcomed: boolean
    }

export interface BackOffSettings {
  /** Upper end of the first delay; it doubles with each failure in a row. */
  readonly firstMs: number
  /** Upper end of every delay. */
  readonly maxMs: number
  /** Upper end of the delay while the collector does not accept this agent's token. */
  readonly unauthorizedMs: number
}

/** What is remembered from attempt to attempt. */
export interface ConnectHistory {
  /** Failures since a connection last proved itself. */
  readonly failures: number
  /** Index of the address to try next. */
  readonly address: number
}

export const NO_HISTORY: ConnectHistory = { failures: 0, address: 0 }

export interface ReconnectPlan {
  readonly delayMs: number
  readonly history: ConnectHistory
}

/**
 * When to connect again, and where: never gives up. Full jitter: the delay is drawn evenly from 0 to a bound that doubles with each
 * round over all addresses, so that a fleet that lost its collector spreads out. A connection that proved itself (`proven`: something was
 * acknowledged on it) starts over with its own address; every other end moves on to the next one.
 */
export function planReconnect(
  end: ConnectionEnd,
  proven: boolean,
  history: ConnectHistory,
  addresses: number,
  settings: BackOffSettings,
  random: () => number,
): ReconnectPlan {
  const failures = proven ? 0 : history.failures + 1
  const address = proven ? history.address : (history.address + 1) % addresses
  const rounds = Math.floor(Math.max(0, failures - 1) / addresses)
  const boundMs = Math.min(settings.maxMs, settings.firstMs * 2 ** Math.min(rounds, 30))
  const delayMs = isSlow(end)
    ? settings.unauthorizedMs * (0.5 + random() / 2)
    : Math.max(boundMs * random(), retryAfterMs(end, settings))
  return { delayMs, history: { failures, address } }
}

/** Nothing this agent can do will change the answer soon: a person has to act. */
export function isUnauthorized(end: ConnectionEnd): boolean {
  if (end.type === 'http') return end.status === 401 || end.status === 403
  return end.type === 'closed' && end.reason.name === 'IDENTITY_REVOKED'
}

/** The collector shows a demo's invented data: nothing of this agent belongs there. */
export function isDemoCollector(end: ConnectionEnd): boolean {
  return end.type === 'closed' && end.reason.name === 'DEMO_DATA'
}

function isSlow(end: ConnectionEnd): boolean {
  return (
    isUnauthorized(end) || isDemoCollector(end) || (end.type === 'closed' && !end.reason.reconnect)
  )
}

/** What the collector asked for, within our own bound. */
function retryAfterMs(end: ConnectionEnd, settings: BackOffSettings): number {
  return end.type === 'http' ? Math.min(end.retryAfterMs ?? 0, settings.maxMs) : 0
}
