/** Codes for which there are rules: they stand at 0 from the first run on, so that the first match is a rise. */
const WATCHED_CODES = [
  'ORA-00060',
  'ORA-00257',
  'ORA-00600',
  'ORA-01555',
  'ORA-01578',
  'ORA-01653',
  'ORA-04031',
  'ORA-07445',
  'ORA-19809',
  'other',
] as const

/** A bounded set of tags, whatever a log holds. */
const MAX_CODES = 200
const PREFIX = 'code '

/** Matches by code, kept in a map that outlives the run. */
export class CodeCounts {
  readonly #counts: Map<string, number>

  constructor(counts: Map<string, number>) {
    this.#counts = counts
    for (const code of WATCHED_CODES) this.#add(code, 0)
  }

  /** Counts codes, each as often as it is given. */
  add(codes: readonly string[]): void {
    for (const code of codes) {
      const isKnown = this.#counts.has(PREFIX + code)
      this.#add(isKnown || this.list().length < MAX_CODES ? code : 'other', 1)
    }
  }

  list(): [string, number][] {
    return [...this.#counts]
      .filter(([name]) => name.startsWith(PREFIX))
      .map(([name, count]) => [name.slice(PREFIX.length), count])
  }

  #add(code: string, by: number): void {
    this.#counts.set(PREFIX + code, (this.#counts.get(PREFIX + code) ?? 0) + by)
  }
}
