/**
 * Shapes of the collector's HTTP answers that its page reads (interfaces.md). Times are epoch milliseconds here unless a name says otherwise;
 * percentages are 0 to 100; a value that is not known is null.
 */

export { recordsOf } from './document-table.ts'
export type { LocalizedText } from './localized-text.ts'
export type { FieldDeclaration, ProbeDeclaration } from './metric.ts'

/** GET /api/v1/agents → { agents: AgentRow[] }, by name. */
export interface AgentRow {
  readonly id: string
  readonly host: string
  readonly displayName: string | null
  readonly project: string | null
  readonly role: string | null
  readonly place: string | null
  readonly owner: string | null
  readonly version: string | null
  readonly platform: string | null
  /** Host of the agent that polls this device; null for a host with an agent of its own. */
  readonly polledBy: string | null
  readonly connected: boolean
  /** RFC 3339, UTC. */
  readonly lastSeen: string | null
  readonly lastSequence: number | null
  /** What the page's list shows, from the newest samples. */
  readonly current: HostCurrent
}

export interface HostCurrent {
  readonly timeMs: number | null
  readonly cpuPercent: number | null
  readonly memoryPercent: number | null
  readonly load1: number | null
  /** The file system that is fullest. */
  readonly fullestDisk: { readonly path: string; readonly usedPercent: number } | null
  /** Of a polled device: whether it answered when it was last asked. */
  readonly answers: boolean | null
}

/** GET /api/v1/alerts → { alerts: AlertRow[] }, critical first. */
export interface AlertRow {
  readonly fingerprint: string
  readonly rule: string
  /** Name and message in the language asked for. */
  readonly name: string
  readonly summary: string
  readonly state: 'pending' | 'firing'
  readonly severity: 'info' | 'warning' | 'critical'
  readonly host: string
  /** Name of the project that it is about as a whole, whose id is in the place of a host. */
  readonly projectName: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly value: number | null
  readonly unit: string | null
  /** What the value is compared with: `≥ 85%`. */
  readonly threshold: string | null
  /** Whose the numbers of its rule are. */
  readonly numbers: 'contract' | 'platform'
  /** Clauses of contracts that its rule serves; `text` has contracts and quoted words. */
  readonly clauses: readonly {
    readonly id: string
    readonly documents: readonly string[]
    readonly text: string
  }[]
  /** What to do about it. */
  readonly runbook: string | null
  /** Who took it on, when (RFC 3339) and with what words. */
  readonly claimedBy: string | null
  readonly claimedAt: string | null
  readonly claimNote: string | null
  /** Who had it before them. */
  readonly claimedFrom: string | null
  /** Why nobody is told of it now: frozen, muted, maintenance, silenced, backup, digest or flapping. */
  readonly held: string | null
  /** Fingerprint of the alert that is its cause. */
  readonly mutedBy: string | null
  /** Id of the silence that it is in. */
  readonly silencedBy: string | null
  /** How many others are muted because of it. */
  readonly mutes: number
  /** Already so when its host, instance or device was first watched. */
  readonly backlog: boolean
  /** RFC 3339, UTC. */
  readonly startsAt: string
}

/**
 * GET /api/v1/live, server-sent events (WHATWG HTML, section 9.2). Each has one of these as its data; the event name is `type`.
 * On connecting, one `host` for each agent and one `alert` for each live alert come first, then `ready`.
 */
export type LiveEvent =
  | { readonly type: 'host'; readonly host: AgentRow }
  | { readonly type: 'alert'; readonly alert: AlertRow }
  | { readonly type: 'resolved'; readonly fingerprint: string }
  | {
      readonly type: 'ready'
      /** IANA name of the zone whose clocks people go by: notify.timeZone. */
      readonly timeZone: string
      /** All data is invented, for demonstration. */
      readonly demo?: true
    }

/** GET /api/v1/inventory/{host}: the newest of each document; history where it is kept. */
export interface InventoryAnswer {
  readonly host: string
  readonly documents: readonly {
    readonly name: string
    readonly timeMs: number
    readonly body: unknown
    /** Times of older versions, newest first. */
    readonly historyMs: readonly number[]
  }[]
}
