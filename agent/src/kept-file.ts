import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SourceMemory } from './source-memory.ts'
import { StateFiles } from './state-files.ts'

/** Where a source keeps what outlives a restart: its own context, which a session hands on to probes that keep something. */
export interface Keeping {
  readonly memory: Pick<SourceMemory, 'directory' | 'name'>
  readonly keepsPlaces: boolean
}

/**
 * What a source keeps over restarts of the agent, as one JSON file of the state directory: read when it is first asked for, replaced as a whole.
 * Writing it is for what changes seldom; a disk that is full costs nothing but this.
 */
export class KeptFile<T> {
  readonly #files: StateFiles
  readonly #file: string | undefined
  readonly #mayWrite: boolean
  readonly #isValid: (value: unknown) => value is T
  #value: Promise<T | undefined> | undefined
  #written: Promise<void> = Promise.resolve()

  /**
   * @param part names what is kept among what the source keeps
   * @param isValid whether what was read is what this version wrote; anything else counts as nothing kept
   */
  constructor(
    { memory, keepsPlaces }: Keeping,
    part: string,
    isValid: (value: unknown) => value is T,
  ) {
    const { directory, name } = memory
    this.#files = new StateFiles(dirname(directory ?? ''))
    this.#file =
      directory === undefined
        ? undefined
        : join(directory, part, `${encodeURIComponent(name)}.json`)
    this.#mayWrite = keepsPlaces
    this.#isValid = isValid
  }

  /** What was kept last; undefined where there is nothing that can be read. */
  read(): Promise<T | undefined> {
    this.#value ??= this.#load()
    return this.#value
  }

  /** Counts at once; false where it could not be written and a restart forgets it. */
  async write(value: T): Promise<boolean> {
    this.#value = Promise.resolve(value)
    const file = this.#file
    if (file === undefined || !this.#mayWrite) return true
    const written = this.#written.then(() => replaceFile(file, `${JSON.stringify(value)}\n`))
    this.#written = written.catch(() => undefined) // whoever asked for it is told
    return written.then(
      () => true,
      () => false,
    )
  }

  async #load(): Promise<T | undefined> {
    if (this.#file === undefined) return undefined
    try {
      const value: unknown = JSON.parse((await this.#files.read(this.#file)) ?? '')
      return this.#isValid(value) ? value : undefined
    } catch {
      return undefined // not there, torn, or not ours to read: the same as nothing kept
    }
  }
}

async function replaceFile(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const written = `${file}.new`
  await writeFile(written, text, { mode: 0o600, flush: true })
  await rename(written, file)
}
