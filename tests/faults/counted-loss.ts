import type { FleetStatus } from '../support/fleet-plan.ts'
import type { Comparison } from '../support/ledger-comparison.ts'

/** Samples that the agent adds to each answer of a device: its report of the run (measurement `probe`, four fields). They share the answer's batch and fate. */
const REPORT_SAMPLES = 4

/** What agents say that they dropped, added up over processes that followed each other. */
export class CountedLoss {
  readonly #byReason = new Map<string, number>()

  add({ agents }: FleetStatus): void {
    for (const { dropped } of Object.values(agents))
      for (const [reason, samples] of Object.entries(dropped))
        this.#byReason.set(reason, (this.#byReason.get(reason) ?? 0) + samples)
  }

  get samples(): number {
    return [...this.#byReason.values()].reduce((sum, samples) => sum + samples, 0)
  }

  get reasons(): string[] {
    return [...this.#byReason.keys()]
  }

  /** Samples that are lost and not counted, or counted and not lost: 0 when the account is exact. */
  difference({ lost, lostAnswers }: Comparison): number {
    const answers = [...lostAnswers.values()].reduce((sum, { size }) => sum + size, 0)
    return Math.abs(lost + answers * REPORT_SAMPLES - this.samples)
  }
}
