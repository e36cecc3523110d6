import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRecord } from '../../as-record.ts'
import type { Clocks } from '../../clocks.ts'
import { NoDataError } from '../../probe.ts'
import type { SourceMemory } from '../../source-memory.ts'
import { StateFiles } from '../../state-files.ts'
import {
  LogFollower,
  type LogFollowerOptions,
  type ReadBounds,
  type SavedFollower,
} from './log-follower.ts'
import type { ReadRecord } from './log-records.ts'

export interface LogFilesOptions {
  /** Its directory takes the places; without one they are not kept. */
  readonly memory: Pick<SourceMemory, 'directory' | 'name' | 'pausedSinceMs'>
  /** False: what was kept is read, nothing is written. */
  readonly keepsPlaces: boolean
  readonly clocks: Pick<Clocks, 'monotonicMs'>
}

/** What is kept of a source's logs between two starts of the agent. */
interface SavedLogs {
  readonly followers: Readonly<Record<string, SavedFollower>>
  readonly facts: Readonly<Record<string, string>>
}

const SAVE_EVERY_MS = 60_000
/** At a stop, a log on a mount that hangs is not waited for. */
const LAST_SAVE_MS = 1_000
const NOTHING_SAVED: SavedLogs = { followers: {}, facts: {} }

/**
 * The logs that one source follows. How far they were read is written to a file of the state directory at most once a minute, and at the
 * end; what is read twice after a crash gives the same events and the same counts.
 */
export class LogFiles implements AsyncDisposable {
  readonly #with: LogFilesOptions
  readonly #file: string | undefined
  readonly #followers = new Map<string, LogFollower>()
  #saved: Promise<SavedLogs> | undefined
  #facts: Record<string, string> = {}
  #savedAtMs: number
  #changed = false
  /** Followed for the first time: where they began is written down at once, so that a crash loses nothing. */
  readonly #begun = new Set<LogFollower>()

  constructor(options: LogFilesOptions) {
    this.#with = options
    this.#savedAtMs = options.clocks.monotonicMs()
    const { directory, name } = options.memory
    if (directory !== undefined)
      this.#file = join(directory, 'logs', `${encodeURIComponent(name)}.json`)
  }

  /** The follower of that name: made when it is first asked for, from the place where it was when the agent stopped. */
  async follow(name: string, options: LogFollowerOptions): Promise<LogFollower> {
    const saved = await this.#load()
    const known = this.#followers.get(name)
    if (known?.label === options.family.label) return known
    await known?.close()
    const follower = new LogFollower(options, saved.followers[name])
    this.#followers.set(name, follower)
    if (saved.followers[name]?.label !== follower.label) this.#begun.add(follower)
    return follower
  }

  /** Reads what is new, and keeps the place when its time has come. @throws ProbeError; NoDataError while the source is paused: it is read later */
  async read(
    follower: LogFollower,
    onRecord: (record: ReadRecord) => void,
    bounds: ReadBounds,
  ): Promise<void> {
    if (this.#with.memory.pausedSinceMs !== undefined)
      throw new NoDataError({ zh: '数据源已暂停', en: 'the source is paused' })
    const { changes } = follower
    await follower.read(onRecord, bounds)
    if (follower.changes !== changes) this.#changed = true
    const nowMs = this.#with.clocks.monotonicMs()
    const isDue = this.#changed && nowMs - this.#savedAtMs >= SAVE_EVERY_MS
    if (!this.#begun.delete(follower) && !isDue) return
    this.#savedAtMs = nowMs
    await this.save()
  }

  /** Something that was found out about a log, such as its path. */
  async fact(name: string): Promise<string | undefined> {
    await this.#load()
    return this.#facts[name]
  }

  async setFact(name: string, value: string): Promise<void> {
    await this.#load()
    if (this.#facts[name] === value) return
    this.#facts[name] = value
    await this.save()
  }

  /** Writes down how far everything was read. A disk that is full costs nothing but this. */
  async save(): Promise<void> {
    if (this.#file === undefined || !this.#with.keepsPlaces) return
    const { followers: before } = await this.#load()
    const followers: Record<string, SavedFollower> = { ...before }
    for (const [name, follower] of this.#followers) followers[name] = await follower.save()
    const text = `${JSON.stringify({ followers, facts: this.#facts } satisfies SavedLogs)}\n`
    try {
      await writeDurably(this.#file, text)
      this.#changed = false
    } catch {
      // the next minute tries again; until then a crash would read the same lines again
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await within(LAST_SAVE_MS, this.#finish())
  }

  async #finish(): Promise<void> {
    if (this.#followers.size > 0) await this.save()
    for (const follower of this.#followers.values()) await follower.close()
  }

  #load(): Promise<SavedLogs> {
    this.#saved ??= readSaved(this.#with.memory.directory, this.#file).then((saved) => {
      this.#facts = { ...saved.facts }
      return saved
    })
    return this.#saved
  }
}

/** A file that can't be read or understood counts as none: the logs are then followed from their end on. */
async function readSaved(
  directory: string | undefined,
  file: string | undefined,
): Promise<SavedLogs> {
  if (directory === undefined || file === undefined) return NOTHING_SAVED
  try {
    const saved: unknown = JSON.parse((await new StateFiles(dirname(directory)).read(file)) ?? '')
    return isSaved(saved) ? saved : NOTHING_SAVED
  } catch {
    return NOTHING_SAVED
  }
}

/** Our own file; only what another version or a damaged disk may have left is looked for. */
function isSaved(value: unknown): value is SavedLogs {
  if (!isRecord(value) || !isRecord(value['followers']) || !isRecord(value['facts'])) return false
  return Object.values(value['followers']).every(
    (follower) =>
      isRecord(follower) &&
      [follower['files'], follower['finished']].every(
        (places) => Array.isArray(places) && places.every(isPlace),
      ) &&
      typeof follower['label'] === 'string' &&
      isRecord(follower['totals']) &&
      isRecord(follower['counts']),
  )
}

function isPlace(value: unknown): boolean {
  return (
    isRecord(value) &&
    ['identity', 'name', 'mark', 'mtimeNs'].every((key) => typeof value[key] === 'string') &&
    /^\d+$/.test(String(value['mtimeNs'])) &&
    Number.isSafeInteger(value['offset']) &&
    Number(value['offset']) >= 0 &&
    typeof value['skipping'] === 'boolean'
  )
}

async function writeDurably(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const written = `${file}.new`
  await writeFile(written, text, { mode: 0o600, flush: true })
  await rename(written, file)
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))
  await Promise.race([work.catch(() => undefined), over])
  clearTimeout(timer)
}
