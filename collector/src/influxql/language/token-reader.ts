import { InfluxQlSyntaxError } from '../influxql-error.ts'
import { lineAndCharacter, regexAt, tokenAt } from './tokens.ts'
import type { Token, TokenKind } from './tokens.ts'
import type { RegexLiteral } from './syntax.ts'

/** Words that are no names unless they are quoted. */
const KEYWORDS = new Set(
  `ALL ALTER ANALYZE AND ANY AS ASC BEGIN BY CARDINALITY CREATE CONTINUOUS DATABASE DATABASES DEFAULT DELETE DESC DESTINATIONS
  DIAGNOSTICS DISTINCT DROP DURATION END EVERY EXACT EXPLAIN FIELD FOR FROM GRANT GRANTS GROUP GROUPS IN INF INSERT INTO KEY KEYS
  KILL LIMIT MEASUREMENT MEASUREMENTS NAME OFFSET ON OR ORDER PASSWORD POLICY POLICIES PRIVILEGES QUERIES QUERY READ REPLICATION
  RESAMPLE RETENTION REVOKE SELECT SERIES SET SHARD SHARDS SHOW SLIMIT SOFFSET STATS SUBSCRIPTION SUBSCRIPTIONS TAG TO USER USERS
  VALUES WHERE WITH WRITE TRUE FALSE`.split(/\s+/),
)

/** Values for `$name`. */
export type Parameters = ReadonlyMap<string, string | number | boolean>

/** Deeper brackets, calls and sub-queries are nobody's. */
const MOST_DEPTH = 64

/** Reads the tokens of a query one after the other. */
export class TokenReader {
  readonly parameters: Parameters
  readonly #query: string
  #next: Token
  #depth = 0

  constructor(query: string, parameters: Parameters) {
    this.#query = query
    this.parameters = parameters
    this.#next = tokenAt(query, 0)
  }

  get next(): Token {
    return this.#next
  }

  /** The keyword that comes next, in capitals; undefined where another token does. */
  get keyword(): string | undefined {
    if (this.#next.kind !== 'word') return undefined
    const word = this.#next.text.toUpperCase()
    return KEYWORDS.has(word) ? word : undefined
  }

  take(): Token {
    const token = this.#next
    this.#next = tokenAt(this.#query, token.end)
    return token
  }

  /** Takes the keyword, or leaves what is there. */
  takeKeyword(...words: readonly string[]): string | undefined {
    const { keyword } = this
    if (keyword === undefined || !words.includes(keyword)) return undefined
    this.take()
    return keyword
  }

  expectKeyword(...words: readonly string[]): string {
    return this.takeKeyword(...words) ?? this.fail(...words)
  }

  takeSign(...signs: readonly string[]): string | undefined {
    if (this.#next.kind !== 'sign' || !signs.includes(this.#next.text)) return undefined
    return this.take().text
  }

  expectSign(...signs: readonly string[]): string {
    return this.takeSign(...signs) ?? this.fail(...signs)
  }

  takeName(): string | undefined {
    const { kind } = this.#next
    if (kind === 'name' || (kind === 'word' && this.keyword === undefined)) return this.take().text
    return undefined
  }

  expectName(): string {
    return this.takeName() ?? this.fail('identifier')
  }

  takeRegex(): RegexLiteral | undefined {
    const found = regexAt(this.#query, this.#next.at)
    if (found === undefined) return undefined
    this.#next = tokenAt(this.#query, found.end)
    return { kind: 'regex', source: found.source }
  }

  /** At least 0. */
  expectCount(): number {
    const { kind, text } = this.#next
    if (kind !== 'number' || !/^\d{1,15}$/.test(text)) this.fail('integer')
    this.take()
    return Number(text)
  }

  /** Runs what goes one level deeper. */
  deeper<T>(act: () => T): T {
    if (++this.#depth > MOST_DEPTH) {
      throw new InfluxQlSyntaxError(`more than ${MOST_DEPTH} levels of brackets${this.#place()}`)
    }
    const result = act()
    this.#depth--
    return result
  }

  /** Says what was found in place of what was expected. */
  fail(...expected: readonly string[]): never {
    const wanted = expected.join(', ')
    throw new InfluxQlSyntaxError(`found ${this.#found()}, expected ${wanted}${this.#place()}`)
  }

  /** Says what is wrong where no other token was expected. */
  refuse(what: string): never {
    throw new InfluxQlSyntaxError(what)
  }

  #found(): string {
    const { kind, text } = this.#next
    if (kind === 'end') return 'EOF'
    return this.keyword ?? text
  }

  #place(): string {
    const { kind, at } = this.#next
    const [line, character] = lineAndCharacter(this.#query, at)
    return ` at line ${line}, char ${character + this.#shift(kind)}`
  }

  /** InfluxDB counts the end twice after a word, and a text without end from before its quote. */
  #shift(kind: TokenKind): number {
    if (kind === 'bad text') return -1
    return kind === 'end' && /\S$/.test(this.#query) ? 1 : 0
  }
}
