import { dirname, join } from 'node:path'
import { StateFiles } from './state-files.ts'

/** A server's refusal of our credentials, as it is kept. */
export interface KeptRefusal {
  readonly sinceMs: number
  /** One of CONNECT_FAILURES. */
  readonly failure: string
  readonly zh: string
  readonly en: string
  /** Hex; of the scrypt below. */
  readonly salt: string
  /** scrypt of what was refused, hex: tells whether the password has changed since, and gives it to nobody. */
  readonly verifier: string
}

interface Kept {
  readonly pausedSinceMs?: number
  readonly refusal?: KeptRefusal
}

/**
 * What of a source outlives a restart, a file of a few lines in the state directory that is there only while a source is paused or
 * refused: in normal operation nothing is written. Without a directory (a command beside the running agent) it is kept in memory.
 */
export class SourceMemory {
  /** Where a source may keep more; undefined where nothing outlives this process. */
  readonly directory: string | undefined
  /** Of the source. */
  readonly name: string
  readonly #file: string
  #kept: Kept = {}
  #written: Promise<void> = Promise.resolve()

  private constructor(directory: string | undefined, name: string) {
    this.directory = directory
    this.name = name
    this.#file = join(directory ?? '', `${encodeURIComponent(name)}.json`)
  }

  /**
   * A file that can't be read or understood counts as none: a password may then be tried once more.
   * @param directory within the agent's state directory
   */
  static async open(directory: string | undefined, name: string): Promise<SourceMemory> {
    const memory = new SourceMemory(directory, name)
    if (directory !== undefined)
      memory.#kept = parseKept(await readIfThere(directory, memory.#file))
    return memory
  }

  get pausedSinceMs(): number | undefined {
    return this.#kept.pausedSinceMs
  }

  get refusal(): KeptRefusal | undefined {
    return this.#kept.refusal
  }

  async setPaused(sinceMs: number | undefined): Promise<void> {
    const { pausedSinceMs: _, ...rest } = this.#kept
    await this.#keep(sinceMs === undefined ? rest : { ...rest, pausedSinceMs: sinceMs })
  }

  async setRefusal(refusal: KeptRefusal | undefined): Promise<void> {
    const { refusal: _, ...rest } = this.#kept
    await this.#keep(refusal === undefined ? rest : { ...rest, refusal })
  }

  /** It counts at once; on disk one after the other. */
  #keep(kept: Kept): Promise<void> {
    this.#kept = kept
    if (this.directory === undefined) return Promise.resolve()
    const { directory } = this
    const written = this.#written.then(() => this.#write(directory))
    this.#written = written.catch(() => undefined) // whoever asked for it is told
    return written
  }

  /** Writes what counts now. */
  async #write(directory: string): Promise<void> {
    const kept = this.#kept
    const files = new StateFiles(dirname(directory))
    if (Object.keys(kept).length === 0) return files.remove(this.#file)
    await files.replace(this.#file, `${JSON.stringify(kept)}\n`)
  }
}

async function readIfThere(directory: string, file: string): Promise<string> {
  try {
    return (await new StateFiles(dirname(directory)).read(file)) ?? ''
  } catch {
    return '' // not there, or not ours to read: the same as nothing kept
  }
}

function parseKept(text: string): Kept {
  try {
    const kept: unknown = JSON.parse(text)
    if (typeof kept !== 'object' || kept === null) return {}
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; its members are looked at one by one below
    const { pausedSinceMs, refusal } = kept as Kept
    return {
      ...(typeof pausedSinceMs === 'number' ? { pausedSinceMs } : {}),
      ...(typeof refusal?.verifier === 'string' && typeof refusal.salt === 'string'
        ? { refusal }
        : {}),
    }
  } catch {
    return {}
  }
}
