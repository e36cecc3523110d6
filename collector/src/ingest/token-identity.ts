import { hashToken } from '../state/token.ts'
import { type ConnectionRequest, IdentityError, type IdentityProvider } from './identity.ts'

/** The tokens that are valid now, by hash, so that a handshake costs one SHA-256 and no disk. */
export interface KnownTokens {
  /** The name that a token is bound to; undefined when it isn't known. */
  nameOf(kind: 'agent' | 'api', hash: string): string | undefined
}

const BEARER = /^Bearer +([A-Za-z0-9_.~+/-]{1,512}=*) *$/i

/** The token of an `Authorization: Bearer` header (RFC 6750); undefined when there is none. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : BEARER.exec(authorization)?.[1]
}

/** Identity by a bearer token that is bound to a host. Comparing hashes of random tokens leaks nothing by its time. */
export function tokenIdentity(tokens: KnownTokens): IdentityProvider {
  return {
    async identify({ headers }: ConnectionRequest) {
      const token = bearerToken(headers.authorization)
      if (token === undefined) throw new IdentityError('TOKEN_MISSING')
      const host = tokens.nameOf('agent', hashToken(token))
      if (host === undefined) throw new IdentityError('TOKEN_UNKNOWN')
      return { host }
    },
  }
}
