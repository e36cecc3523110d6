import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './transaction.ts'

/** An agent as the collector last knew it. */
export interface AgentRow {
  readonly host: string
  readonly firstSeenMs: number
  readonly lastSeenMs: number
  readonly version: string
  /** As the agent's hello says it, e.g. `linux x64`. */
  readonly platform: string
  readonly epoch: string
  readonly lastSequence: number
  readonly address: string
}

export interface AgentConnected {
  readonly host: string
  readonly atMs: number
  readonly version: string
  readonly platform: string
  readonly epoch: string
  readonly address: string
}

/** An agent's connection came to be, or ended. */
export type AgentChange =
  | ({ readonly change: 'connected' } & AgentConnected)
  | ({ readonly change: 'disconnected'; readonly reason: string } & AgentSeen)

export interface AgentSeen {
  readonly host: string
  readonly lastSeenMs: number
  readonly lastSequence: number
}

/** From when to when an agent was connected; `downAtMs` undefined while it is. */
export interface AgentInterval {
  readonly host: string
  readonly upAtMs: number
  readonly downAtMs: number | undefined
  readonly reason: string | undefined
}

/** Agents and their up and down intervals: what proves afterwards when a host was watched. */
export interface AgentTable {
  list(): AgentRow[]
  /** Agents that came and went, in that order. */
  record(changes: readonly AgentChange[]): void
  /** Saves when connected agents were last heard. */
  seen(agents: readonly AgentSeen[]): void
  intervals(host: string, fromMs: number, toMs: number): AgentInterval[]
  /** Ends the intervals that a killed collector left open, at the last moment it was known to live. */
  endOpenIntervals(atMs: number, reason: string): void
  purge(beforeMs: number): void
}

export function openAgentTable(database: DatabaseSync): AgentTable {
  const list = database.prepare('SELECT * FROM agents ORDER BY host')
  const connect = database.prepare(`
    INSERT INTO agents (host, first_seen_ms, last_seen_ms, version, platform, epoch, last_sequence, address)
    VALUES (:host, :atMs, :atMs, :version, :platform, :epoch, 0, :address)
    ON CONFLICT (host) DO UPDATE SET
      last_seen_ms = :atMs, version = :version, platform = :platform, address = :address,
      last_sequence = CASE WHEN epoch = :epoch THEN last_sequence ELSE 0 END, epoch = :epoch`)
  const open = database.prepare(
    'INSERT OR IGNORE INTO agent_intervals (host, up_at_ms) VALUES (?, ?)',
  )
  const close = database.prepare(
    'UPDATE agent_intervals SET down_at_ms = max(up_at_ms, ?), reason = ? WHERE host = ? AND down_at_ms IS NULL',
  )
  const closeAll = database.prepare(
    'UPDATE agent_intervals SET down_at_ms = max(up_at_ms, ?), reason = ? WHERE down_at_ms IS NULL',
  )
  const see = database.prepare(
    'UPDATE agents SET last_seen_ms = ?, last_sequence = ? WHERE host = ?',
  )
  const intervals = database.prepare(`
    SELECT * FROM agent_intervals
    WHERE host = ? AND up_at_ms < ? AND coalesce(down_at_ms, 9e18) > ? ORDER BY up_at_ms`)
  const purge = database.prepare('DELETE FROM agent_intervals WHERE down_at_ms < ?')
  const forget = database.prepare('DELETE FROM agents WHERE last_seen_ms < ?')

  const seeOne = ({ host, lastSeenMs, lastSequence }: AgentSeen) =>
    see.run(lastSeenMs, lastSequence, host)
  const recordOne = (change: AgentChange) => {
    if (change.change === 'disconnected') {
      seeOne(change)
      close.run(change.lastSeenMs, change.reason, change.host)
      return
    }
    const { host, atMs, version, platform, epoch, address } = change
    connect.run({ host, atMs, version, platform, epoch, address })
    close.run(atMs, 'replaced', host)
    open.run(host, atMs)
  }
  return {
    list: () => list.all().map(toAgentRow),
    record: (changes) => inTransaction(database, () => changes.forEach(recordOne)),
    seen: (agents) => inTransaction(database, () => agents.forEach(seeOne)),
    intervals: (host, fromMs, toMs) => intervals.all(host, toMs, fromMs).map(toInterval),
    endOpenIntervals: (atMs, reason) => void closeAll.run(atMs, reason),
    purge(beforeMs) {
      purge.run(beforeMs)
      forget.run(beforeMs)
    },
  }
}

type Row = Record<string, unknown>

function toAgentRow(row: Row): AgentRow {
  return {
    host: String(row['host']),
    firstSeenMs: Number(row['first_seen_ms']),
    lastSeenMs: Number(row['last_seen_ms']),
    version: String(row['version']),
    platform: String(row['platform']),
    epoch: String(row['epoch']),
    lastSequence: Number(row['last_sequence']),
    address: String(row['address']),
  }
}

function toInterval(row: Row): AgentInterval {
  return {
    host: String(row['host']),
    upAtMs: Number(row['up_at_ms']),
    downAtMs: row['down_at_ms'] === null ? undefined : Number(row['down_at_ms']),
    reason: typeof row['reason'] === 'string' ? row['reason'] : undefined,
  }
}
