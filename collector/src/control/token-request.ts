import type { TokenKind } from '../state/tokens.ts'

export interface TokenRequest {
  readonly kind: TokenKind
  /** Host name, or a label for a token of the API. */
  readonly name: string
}

/** Host names, and labels of the same letters. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,252}$/u

export function isTokenName(name: string): boolean {
  return NAME.test(name)
}

/** The request, or undefined for what is none. */
export function checkTokenRequest(value: unknown): TokenRequest | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (!('kind' in value) || !('name' in value)) return undefined
  const { kind, name } = value
  if (typeof name !== 'string' || !isTokenName(name)) return undefined
  return kind === 'agent' || kind === 'api' ? { kind, name } : undefined
}
