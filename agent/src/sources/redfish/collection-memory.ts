import type { Clocks } from '../../clocks.ts'

/** Members of a collection that seldom change are asked for as rarely. */
const LINKS_FOR_MS = 600_000
const MOST_COLLECTIONS = 256

/** What one run learns of a device's collections for the next ones. */
export class CollectionMemory {
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  readonly #links = new Map<
    string,
    { readonly links: readonly string[]; readonly untilMs: number }
  >()
  /** Those that could not be had expanded. */
  readonly #plain = new Set<string>()

  constructor(clocks: Pick<Clocks, 'monotonicMs'>) {
    this.#clocks = clocks
  }

  /** Whether this collection may be asked for with its members in it. */
  expands(path: string): boolean {
    return !this.#plain.has(path)
  }

  noteNotExpanded(path: string): void {
    if (this.#plain.size < MOST_COLLECTIONS) this.#plain.add(path)
  }

  knownLinks(path: string): readonly string[] | undefined {
    const known = this.#links.get(path)
    return known !== undefined && this.#clocks.monotonicMs() < known.untilMs
      ? known.links
      : undefined
  }

  keepLinks(path: string, links: readonly string[]): void {
    if (this.#links.size >= MOST_COLLECTIONS) this.#links.clear()
    this.#links.set(path, { links, untilMs: this.#clocks.monotonicMs() + LINKS_FOR_MS })
  }
}
