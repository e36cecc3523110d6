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
  readonly #names = new Set<string>()

  private constructor(storage: TokenStorage, nowMs: () => number, tokens: readonly TokenRow[]) {
    this.#storage = storage
    this.#nowMs = nowMs
    for (const token of tokens) this.#add(token)
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

  /** Whether a name has a token of the kind. */
  isNamed(kind: TokenKind, name: string): boolean {
    return this.#names.has(`${kind} ${name}`)
  }

  /** Every token, without its hash. */
  list(): Omit<TokenRow, 'hash'>[] {
    return [...this.#byHash.values()].map(({ kind, name, createdAtMs }) => ({
      kind,
      name,
      createdAtMs,
    }))
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
    this.#add(row)
    return token
  }

  #add(token: TokenRow): void {
    this.#byHash.set(token.hash, token)
    this.#names.add(`${token.kind} ${token.name}`)
  }
}
