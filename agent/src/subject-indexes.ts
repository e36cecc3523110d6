import type { SeriesTable } from '@wardround/protocol'
import { MAX_SUBJECTS_PER_PROBE } from './limits.ts'
import type { Measurements } from './probe.ts'
import { SeriesIndex } from './series-index.ts'

/** The series of one probe: those of its session's subject, and of the devices of which it tells beside. */
export class SubjectIndexes {
  readonly own: SeriesIndex
  readonly #indexOf: (subject: string) => SeriesIndex
  readonly #others = new Map<string, SeriesIndex>()

  constructor(
    table: SeriesTable,
    measurements: Measurements,
    subject: string,
    siteTags: Readonly<Record<string, string>>,
  ) {
    this.#indexOf = (of) => new SeriesIndex(table, measurements, of, siteTags)
    this.own = this.#indexOf(subject)
  }

  /** Undefined for one more device than there may be. */
  of(subject: string): SeriesIndex | undefined {
    if (subject === this.own.subject) return this.own
    const known = this.#others.get(subject)
    if (known !== undefined || this.#others.size >= MAX_SUBJECTS_PER_PROBE) return known
    const index = this.#indexOf(subject)
    this.#others.set(subject, index)
    return index
  }

  /** To be called after each run. */
  endRun(): void {
    this.own.endRun()
    for (const index of this.#others.values()) index.endRun()
  }
}
