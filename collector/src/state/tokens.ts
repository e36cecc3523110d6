import type { DatabaseSync } from 'node:sqlite'

/** agent: lets the agent of the host `name` connect; api: lets its bearer read the API. */
export type TokenKind = 'agent' | 'api'

/** A token as it is kept: its SHA-256 in hex, never itself. */
export interface TokenRow {
  readonly hash: string
  readonly kind: TokenKind
  /** Host name of an agent's token; a label for one of the API. */
  readonly name: string
  readonly createdAtMs: number
}

export interface TokenTable {
  list(): TokenRow[]
  add(token: TokenRow): void
}

export function openTokenTable(database: DatabaseSync): TokenTable {
  const list = database.prepare('SELECT * FROM tokens ORDER BY created_at_ms')
  const add = database.prepare(
    'INSERT INTO tokens (hash, kind, name, created_at_ms) VALUES (?, ?, ?, ?)',
  )
  return {
    list: () =>
      list.all().map((row) => ({
        hash: String(row['hash']),
        kind: row['kind'] === 'api' ? 'api' : 'agent',
        name: String(row['name']),
        createdAtMs: Number(row['created_at_ms']),
      })),
    add: ({ hash, kind, name, createdAtMs }) => void add.run(hash, kind, name, createdAtMs),
  }
}
