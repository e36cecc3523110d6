import { rowsOf } from '../alerts/row-keeper.ts'
import type { RowChanges } from '../alerts/live-alerts.ts'
import { PING_STATES, type PingState } from './ping-state.ts'

/** Under this rule id, which no rule file can give, rows say what ping last said of a host. */
export const PING_ROWS = '@ping'

/** What ping last said of the hosts of agents, over restarts. */
export class HostPings {
  /** By agent; absent: unknown. */
  readonly #pings = new Map<string, PingState>()
  /** Agents whose row is no longer right. */
  readonly #changed = new Set<string>()

  of(agent: string): PingState {
    return this.#pings.get(agent) ?? 'unknown'
  }

  hear(agent: string, ping: PingState): void {
    if (ping === this.of(agent)) return
    this.#pings.set(agent, ping)
    this.#changed.add(agent)
  }

  forget(agent: string): void {
    if (this.#pings.delete(agent)) this.#changed.add(agent)
  }

  /** False where its row can't be read. */
  restore(agent: string, json: string): boolean {
    const ping = PING_STATES.find((state) => state === json)
    if (ping === undefined) return false
    this.#pings.set(agent, ping)
    return true
  }

  takeRows(): RowChanges {
    return rowsOf(PING_ROWS, this.#changed, (agent) => this.#pings.get(agent))
  }

  returnRow(agent: string): void {
    this.#changed.add(agent)
  }
}
