import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from 'node:fs'
import { join } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { parseListeners, parseUnixSockets, type Listener } from './parse-sockets.ts'

/** A process, as everybody may see it. */
export interface SeenProcess {
  readonly pid: number
  readonly userId: number | undefined
  /** Program and arguments; of a process that renamed itself, the new name alone. */
  readonly commandLine: readonly string[]
}

const MAX_FILE_BYTES = 1_048_576

/** What can be seen of this machine without asking any program: /proc, and files that may be read. Reads and nothing else. */
export class MachineView {
  readonly #root: string
  /** What may not be read. */
  readonly denied = new Set<string>()
  #processes: readonly SeenProcess[] | undefined

  /** @param root '/', or a test's directory */
  constructor(root = '/') {
    this.#root = root
  }

  /** Without kernel threads and what ends meanwhile. */
  get processes(): readonly SeenProcess[] {
    this.#processes ??= this.#list('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => this.#see(Number(name)))
      .filter(({ commandLine }) => commandLine.length > 0)
    return this.#processes
  }

  /** Undefined where it is not there or may not be read; the latter is noted. */
  read(path: string): string | undefined {
    try {
      const file = openSync(join(this.#root, path), constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        if (!fstatSync(file).isFile()) return undefined
        return readBounded(file)
      } finally {
        closeSync(file)
      }
    } catch (error) {
      this.#noteDenied(error, path)
      return undefined
    }
  }

  /** Where a link leads; undefined as read() is. */
  linkOf(path: string): string | undefined {
    try {
      return readlinkSync(join(this.#root, path))
    } catch (error) {
      this.#noteDenied(error, path)
      return undefined
    }
  }

  /**
   * TCP ports on which a process listens, lowest first. Which sockets are its own only the same user or root may see; for others all that
   * its user listens on are given.
   */
  listenersOf({ pid, userId }: SeenProcess): {
    readonly listeners: Listener[]
    readonly isCertain: boolean
  } {
    const all = ['tcp', 'tcp6'].flatMap((name) => this.#listeners(pid, name))
    const sockets = this.#socketsOf(pid)
    const own = all.filter(({ inode, uid }) =>
      sockets === undefined ? uid === userId : sockets.has(inode),
    )
    return { listeners: own.sort((a, b) => a.port - b.port), isCertain: sockets !== undefined }
  }

  /** Paths of listening Unix sockets. */
  get unixSockets(): readonly string[] {
    return parseUnixSockets(this.read('/proc/net/unix') ?? '')
  }

  #see(pid: number): SeenProcess {
    const commandLine = (this.read(`/proc/${pid}/cmdline`) ?? '').split('\0').filter(Boolean)
    const uid = /^Uid:\s+\d+\s+(\d+)/m.exec(this.read(`/proc/${pid}/status`) ?? '')?.[1]
    return { pid, commandLine, userId: uid === undefined ? undefined : Number(uid) }
  }

  /** As its network namespace has them, which in a container is not ours. */
  #listeners(pid: number, name: string): Listener[] {
    const text = this.read(`/proc/${pid}/net/${name}`) ?? this.read(`/proc/net/${name}`)
    return parseListeners(text ?? '')
  }

  #socketsOf(pid: number): ReadonlySet<string> | undefined {
    const directory = `/proc/${pid}/fd`
    const names = this.#list(directory)
    if (this.denied.has(directory)) return undefined
    const links = names.map((name) => this.linkOf(`${directory}/${name}`) ?? '')
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
  }

  #list(path: string): string[] {
    try {
      return readdirSync(join(this.#root, path))
    } catch (error) {
      this.#noteDenied(error, path)
      return []
    }
  }

  #noteDenied(error: unknown, path: string): void {
    const code = errorCodeOf(error)
    if (code === 'EACCES' || code === 'EPERM') this.denied.add(path)
  }
}

function readBounded(file: number): string {
  const bytes = Buffer.alloc(65_536)
  const parts: Buffer[] = []
  for (let left = MAX_FILE_BYTES; left > 0;) {
    const count = readSync(file, bytes, 0, Math.min(bytes.length, left), null)
    if (count === 0) break
    parts.push(Buffer.from(bytes.subarray(0, count)))
    left -= count
  }
  return Buffer.concat(parts).toString('utf8')
}
