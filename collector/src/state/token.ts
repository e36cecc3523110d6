import { createHash, randomBytes } from 'node:crypto'

/** Says what a token is for to whoever finds one, and to scanners that look for leaked secrets. */
const PREFIXES = { agent: 'wra_', api: 'wrp_', write: 'wrw_' } as const

/** A new token: 256 random bits. */
export function newToken(kind: keyof typeof PREFIXES): string {
  return PREFIXES[kind] + randomBytes(32).toString('base64url')
}

/** What is kept of a token: its SHA-256 in hex. A random token of 256 bits needs no slow hash. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
