import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { LocalizedText } from './language.ts'
import { refuseOtherOwner } from './state-owner.ts'

/** Another process owns the state directory. */
export class StateLockedError extends Error {
  override readonly name = 'StateLockedError'
  readonly directory: string
  readonly holder: StateHolder | undefined
  /** The message, for people. */
  readonly text: LocalizedText
  constructor(directory: string, holder: StateHolder | undefined) {
    const who = describeHolder(holder)
    const text = {
      zh: `状态目录 ${directory} 正被${who.zh}使用；请先停止它，或用 --state 另选目录`,
      en: `state directory ${directory} is in use by ${who.en}; stop that one or give another --state directory`,
    }
    super(text.en)
    this.text = text
    this.directory = directory
    this.holder = holder
  }
}

export interface StateHolder {
  readonly program: string
  readonly pid: number
  readonly since: string
  readonly listen: string | undefined
  /** Where it answers commands; undefined: it did not say. */
  readonly controlSocket?: string | undefined
}

function describeHolder(holder: StateHolder | undefined): LocalizedText {
  if (holder === undefined) return { zh: '另一个进程', en: 'another process' }
  const { program, pid, since, listen } = holder
  return {
    zh: ` ${program}（进程号 ${pid}，自 ${since} 起运行${listen === undefined ? '' : `，监听 ${listen}`}）`,
    en: `${program} with process id ${pid}, running since ${since}${listen === undefined ? '' : `, listening on ${listen}`}`,
  }
}

/** A held state directory. */
export interface StateLock extends AsyncDisposable {
  /** Adds to what a second program is told about the holder: where it listens, and where it answers commands. */
  announce(listen: string, controlSocket?: string): Promise<void>
}

/** Says who holds the lock. */
const DESCRIPTION = 'lock.json'

/** Who said last that it holds a state directory; it may have died since. Undefined: nobody, or it can't be read. */
export function findStateHolder(directory: string): Promise<StateHolder | undefined> {
  return readHolder(join(directory, DESCRIPTION))
}

/** Keeps the locks' databases alive: a collected handle would close its file and drop the lock in silence. */
const heldLocks = new Set<DatabaseSync>()

/**
 * Makes this process the only owner of a state directory. The lock is SQLite's on `lock.db` (POSIX advisory locks, LockFileEx on
 * Windows), so that the kernel drops it when its holder dies, however it dies; `lock.json` beside it only says who that is.
 * @throws StateLockedError when another process holds it; StateOwnerError where this is root and the directory another user's
 */
export async function lockStateDirectory(directory: string, program: string): Promise<StateLock> {
  await refuseOtherOwner(directory)
  await mkdir(directory, { recursive: true, mode: 0o750 })
  const description = join(directory, DESCRIPTION)
  const database = await openExclusively(directory, description)
  heldLocks.add(database)
  let holder: StateHolder = {
    program,
    pid: process.pid,
    since: new Date().toISOString(),
    listen: undefined,
  }
  const describe = () =>
    writeFile(description, `${JSON.stringify(holder)}\n`, { mode: 0o640 }).catch(() => undefined) // only a description: a full disk must not stop the start
  await describe()
  return {
    async announce(listen, controlSocket) {
      holder = { ...holder, listen, controlSocket }
      await describe()
    },
    async [Symbol.asyncDispose]() {
      if (!heldLocks.delete(database)) return
      await rm(description, { force: true }).catch(() => undefined) // the next holder overwrites it
      database.close()
    },
  }
}

async function openExclusively(directory: string, description: string): Promise<DatabaseSync> {
  const database = new DatabaseSync(join(directory, 'lock.db'), { timeout: 0 })
  try {
    database.exec(
      'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;',
    )
    return database
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    throw new StateLockedError(directory, await readHolder(description))
  }
}

const SQLITE_BUSY = 5

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY
}

async function readHolder(description: string): Promise<StateHolder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(description, 'utf8'))
    return isHolder(holder) ? holder : undefined
  } catch {
    return undefined // held, but not described: the message says "another process"
  }
}

function isHolder(value: unknown): value is StateHolder {
  return (
    typeof value === 'object' &&
    value !== null &&
    'program' in value &&
    'pid' in value &&
    'since' in value
  )
}
