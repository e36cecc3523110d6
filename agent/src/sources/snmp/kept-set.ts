import { KeptFile, type Keeping } from '../../kept-file.ts'

/** More is no device's: what is kept is bounded. */
const MOST = 4096

/** Names of what was seen of a device, kept over restarts of the agent; it is written only when there is a new one. */
export class KeptSet {
  readonly #file: KeptFile<{ readonly names: readonly string[] }>
  #names: Set<string> | undefined

  /** @param part names what is kept among all that the source keeps */
  constructor(keeping: Keeping, part: string) {
    this.#file = new KeptFile(keeping, part, isNames)
  }

  async read(): Promise<ReadonlySet<string>> {
    this.#names ??= new Set((await this.#file.read())?.names)
    return this.#names
  }

  /** false where it could not be written, so that a restart forgets it. */
  async add(seen: readonly string[]): Promise<boolean> {
    const names = new Set(await this.read())
    for (const name of seen) if (names.size < MOST) names.add(name)
    if (names.size === this.#names?.size) return true
    this.#names = names
    return this.#file.write({ names: [...names] })
  }
}

function isNames(value: unknown): value is { readonly names: readonly string[] } {
  if (typeof value !== 'object' || value === null || !('names' in value)) return false
  return Array.isArray(value.names) && value.names.every((name) => typeof name === 'string')
}
