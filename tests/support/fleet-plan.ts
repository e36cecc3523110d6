/** What a fleet program is to run: sent as JSON in its first argument. */
export interface FleetPlan {
  readonly hosts: readonly { readonly host: string; readonly token: string }[]
  /** ws://… of the collector, or of a proxy before it. */
  readonly collectorUrl: string
  /** Series of each host. */
  readonly series: number
  readonly everySeconds: number
  /** Parent of the agents' state directories: DIRECTORY/HOST. */
  readonly state: string
  /** Where the ledgers are: DIRECTORY/HOST.ledger, and HOST.documents where documents are made. */
  readonly ledgers: string
  /** Added to each agent.yaml. */
  readonly settings: Readonly<Record<string, unknown>>
  /** A document with history every so many answers; 0: none. */
  readonly documentEvery: number
  /** Time runs from `fromMs` at `speed` until it has caught up with the clock; absent: the clock's time. */
  readonly simulated: { readonly fromMs: number; readonly speed: number } | undefined
}

/** Where a test writes what the first host is to report as `mem.available_percent`. */
export function levelFile({ ledgers }: FleetPlan): string {
  return `${ledgers}/level`
}

/** What a fleet says of itself. */
export interface FleetStatus {
  readonly rssBytes: number
  /** Of each agent, by host. */
  readonly agents: Readonly<
    Record<
      string,
      {
        readonly collected: number
        readonly recovered: number
        readonly stored: number
        readonly queued: number
        readonly dropped: Readonly<Record<string, number>>
        readonly outboxBytes: number
        readonly outboxFailure: string | undefined
        readonly connected: boolean
      }
    >
  >
  /** The time of its agents, epoch ms. */
  readonly nowMs: number
}

export type FleetRequest = { readonly type: 'quiet' } | { readonly type: 'status' }
export type FleetAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'quiet' }
  | { readonly type: 'status' | 'stopped'; readonly status: FleetStatus }
