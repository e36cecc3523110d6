/** What a storm program is to run: JSON in the file that its first argument names. */
export interface StormPlan {
  /** http://… of the collector. */
  readonly url: string
  /** Of each agent. */
  readonly hosts: readonly { readonly host: string; readonly token: string }[]
  readonly backOff: {
    readonly firstMs: number
    readonly maxMs: number
    readonly unauthorizedMs: number
  }
}

/** What a storm says of its agents since it was last asked to forget. */
export interface StormStatus {
  readonly connected: number
  /** When each welcome came, epoch ms. */
  readonly welcomedAtMs: readonly number[]
  /** Connections that ended after their welcome. */
  readonly kicked: number
  /** Attempts that ended otherwise, by reason. */
  readonly failures: Readonly<Record<string, number>>
}

export interface StormRequest {
  readonly type: 'status' | 'forget'
}
export type StormAnswer =
  | { readonly type: 'ready' }
  | { readonly type: 'status'; readonly status: StormStatus }
