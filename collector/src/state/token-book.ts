import type { TokenKind, TokenRow } from './tokens.ts'
import { hashToken, newToken } from './token.ts'

interface TokenStorage {
  list(): Promise<readonly TokenRow[]>
  add(token: TokenRow): Promise<void>
}

/** The valid tokens in memory, for look-ups that wait for no disk; what is created is stored first. */
export class TokenBook {
  readonly #storage: TokenStorage
  readonly #nowMs: () => number
  readonly #byHash = new Map<string, TokenRow>()

  private constructor(storage: TokenStorage, nowMs: () => number, tokens: readonly TokenRow[]) {
    this.#storage = storage
    this.#nowMs = nowMs
    for (const token of tokens) this.#byHash.set(token.hash, token)
  }

  static async open(storage: TokenStorage, nowMs: () => number): Promise<TokenBook> {
    return new TokenBook(storage, nowMs, await storage.list())
  }

  nameOf(kind: TokenKind, hash: string): string | undefined {
    const token = this.#byHash.get(hash)
    return token?.kind === kind ? token.name : undefined
  }

  has(kind: TokenKind): boolean {
    return [...this.#byHash.values()].some((token) => token.kind === kind)
  }

  /** Names that have a token of the kind. */
  names(kind: TokenKind): string[] {
    const tokens = [...this.#byHash.values()].filter((token) => token.kind === kind)
    return [...new Set(tokens.map((token) => token.name))]
  }

  /** Makes a token and keeps its hash; the token itself is known to the caller alone. */
  async create(kind: TokenKind, name: string): Promise<string> {
    const token = newToken(kind)
    const row: TokenRow = { hash: hashToken(token), kind, name, createdAtMs: this.#nowMs() }
    await this.#storage.add(row)
    this.#byHash.set(row.hash, row)
    return token
  }
}
