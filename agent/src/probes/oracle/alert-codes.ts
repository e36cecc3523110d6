import { addRecent, takeRecent } from '../../sources/log/recent-counts.ts'
import { WATCHED_CODES } from '../../sources/log/packs/oracle-codes.ts'

/** They stand at 0 from the first run on, so that the first match is a rise. */
const KNOWN_CODES = [...WATCHED_CODES, 'other']

/** A bounded set of tags, whatever a log holds. */
const MAX_CODES = 200
const PREFIX = 'code '

/** How often a code was found. */
export interface CodeMatches {
  readonly code: string
  readonly total: number
  /** In the last ten minutes. */
  readonly recent: number
}

/** Matches by code, kept in a map that outlives the run. */
export class CodeCounts {
  readonly #counts: Map<string, number>

  constructor(counts: Map<string, number>) {
    this.#counts = counts
    for (const code of KNOWN_CODES) this.#add(code, 0)
  }

  /** Counts codes, each as often as it is given. */
  add(codes: readonly string[], timeMs: number): void {
    for (const found of codes) {
      const isKnown = this.#counts.has(PREFIX + found)
      const code = isKnown || this.#names().length < MAX_CODES ? found : 'other'
      this.#add(code, 1)
      addRecent(this.#counts, PREFIX + code, timeMs)
    }
  }

  /** As they stand at a time. */
  list(timeMs: number): CodeMatches[] {
    const recent = takeRecent(this.#counts, timeMs)
    return this.#names().map((name) => ({
      code: name.slice(PREFIX.length),
      total: this.#counts.get(name) ?? 0,
      recent: recent.get(name) ?? 0,
    }))
  }

  #names(): string[] {
    return [...this.#counts.keys()].filter((name) => name.startsWith(PREFIX))
  }

  #add(code: string, by: number): void {
    this.#counts.set(PREFIX + code, (this.#counts.get(PREFIX + code) ?? 0) + by)
  }
}
