import type { RuleStateRow } from '../alert.ts'
import { forgetTimers } from '../levels/level-state.ts'
import { fromRow } from './alert-row.ts'
import type { LiveAlert } from './live-alert.ts'
import type { LiveAlerts, RowChanges } from './live-alerts.ts'
import type { Downtime, RowKeeper, RowKey } from './row-keeper.ts'

/** Timers of `for` and `clear` outlive a restart that takes no longer (Prometheus: outage tolerance). */
const TIMERS_OUTLIVE_MS = 3_600_000

/** All that an engine remembers over restarts: its alerts, and what its parts keep beside them. */
export class EngineRows {
  readonly #alerts: LiveAlerts
  readonly #keepers: readonly RowKeeper[]

  constructor(alerts: LiveAlerts, keepers: readonly RowKeeper[]) {
    this.#alerts = alerts
    this.#keepers = keepers
  }

  /** Takes up the rows of an earlier process: every keeper has its own, and `alerts` are those that it left. */
  restore(
    rows: readonly RuleStateRow[],
    downtime: Downtime,
  ): { readonly alerts: readonly LiveAlert[]; readonly unreadable: number } {
    const alerts: LiveAlert[] = []
    let unreadable = 0
    for (const row of rows) {
      const keeper = this.#keeperOf(row)
      const live = keeper === undefined ? fromRow(row, downtime) : undefined
      if (keeper?.restoreRow(row, downtime) === true) continue
      if (live === undefined) unreadable++
      else alerts.push(this.#adopt(live, downtime))
    }
    return { alerts, unreadable }
  }

  /** What has changed since the last call and must be written down. */
  take(atMs: number): RowChanges {
    const all = [
      this.#alerts.takeChanges(),
      ...this.#keepers.map((keeper) => keeper.takeRows(atMs)),
    ]
    return {
      put: all.flatMap(({ put }) => put),
      remove: all.flatMap(({ remove }) => remove),
    }
  }

  /** It could not be written: it is given again with what follows. */
  giveBack({ put, remove }: RowChanges): void {
    for (const row of [...put, ...remove]) {
      const keeper = this.#keeperOf(row)
      if (keeper === undefined) this.#alerts.returnRow(row)
      else keeper.returnRow(row)
    }
  }

  #adopt(live: LiveAlert, { downMs }: Downtime): LiveAlert {
    if (downMs > TIMERS_OUTLIVE_MS) for (const { state } of live.levels) forgetTimers(state)
    this.#alerts.adopt(live)
    // its row counts from the time before: while nobody watched, nothing was quiet
    if (live.isQuiet) this.#alerts.touch(live)
    return live
  }

  #keeperOf({ ruleId }: RowKey): RowKeeper | undefined {
    return this.#keepers.find(({ rowIds }) => rowIds.includes(ruleId))
  }
}
