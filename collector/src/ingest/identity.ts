import type { IncomingHttpHeaders } from 'node:http'

/** What an agent shows when it connects. */
export interface ConnectionRequest {
  readonly headers: IncomingHttpHeaders
}

/** Who a connection speaks for. */
export interface Identity {
  /** Name of the agent's own host. */
  readonly host: string
}

/** A connection whose identity could not be established. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError'
  readonly code: 'TOKEN_MISSING' | 'TOKEN_UNKNOWN'
  readonly retryable = false

  constructor(code: 'TOKEN_MISSING' | 'TOKEN_UNKNOWN') {
    super(
      code === 'TOKEN_MISSING'
        ? 'the request has no "Authorization: Bearer" token; make one with wardround-collector token create HOST'
        : 'the token is not known here; make one with wardround-collector token create HOST',
    )
    this.code = code
  }
}

/** Establishes who connects. @throws IdentityError */
export interface IdentityProvider {
  identify(request: ConnectionRequest): Promise<Identity>
}
