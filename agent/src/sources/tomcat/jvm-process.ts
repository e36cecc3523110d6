import { open, readdir, readFile, realpath } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'
import { parseAuxiliaryVector } from '../auxiliary-vector.ts'
import { parseProcessStat } from '../process-table.ts'

/** A class path of hundreds of jars is some 30 KB. */
const LONGEST_COMMAND_LINE = 256 * 1024

/** The Java process of a Tomcat. */
export interface JvmProcess {
  readonly pid: number
  /** Program and arguments; may hold secrets. */
  readonly commandLine: readonly string[]
  /** Clock ticks from boot to its start. */
  readonly startTicks: number
}

/** Finds the JVM of one CATALINA_BASE in /proc. Once found, only its own entry is looked at until it ends. */
export class JvmFinder {
  readonly #base: string
  readonly #root: string
  #known: JvmProcess | undefined

  constructor(catalinaBase: string, root = '/proc') {
    this.#base = catalinaBase
    this.#root = root
  }

  /**
   * The process; undefined where none runs; 'unknown' where this system does not show other users' processes.
   * Under jsvc parent and child have the same arguments: the younger is the JVM.
   */
  async find(): Promise<JvmProcess | undefined | 'unknown'> {
    if (this.#known !== undefined && (await this.#isAlive(this.#known))) return this.#known
    this.#known = undefined
    const wanted = await realpathOr(this.#base)
    let hidden = false
    for (const pid of await this.#listPids()) {
      const commandLine = await this.#readCommandLine(pid)
      if (commandLine === undefined) hidden = true
      else if (await isTomcat(commandLine, this.#base, wanted))
        await this.#consider(pid, commandLine)
    }
    if (this.#known === undefined && (hidden || !(await this.#showsOthers()))) return 'unknown'
    return this.#known
  }

  /** Since it was started, by the kernel's clock. */
  async uptimeSeconds({ startTicks }: JvmProcess): Promise<number | undefined> {
    try {
      const uptime = Number((await readFile(`${this.#root}/uptime`, 'latin1')).split(' ', 1)[0])
      const { ticksPerSecond } = parseAuxiliaryVector(await readFile('/proc/self/auxv'))
      const seconds = uptime - startTicks / ticksPerSecond
      return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined
    } catch {
      return undefined // no Linux
    }
  }

  async #consider(pid: number, commandLine: readonly string[]): Promise<void> {
    const startTicks = await this.#readStart(pid)
    if (startTicks !== undefined && startTicks >= (this.#known?.startTicks ?? 0))
      this.#known = { pid, commandLine, startTicks }
  }

  async #isAlive({ pid, startTicks }: JvmProcess): Promise<boolean> {
    return (await this.#readStart(pid)) === startTicks
  }

  /** Undefined once it has ended, a zombie included. */
  async #readStart(pid: number): Promise<number | undefined> {
    try {
      const file = `${this.#root}/${pid}/stat`
      const row = parseProcessStat(await readFile(file), file)
      return row.state === 'Z' || row.state === 'X' ? undefined : row.startTicks
    } catch {
      return undefined
    }
  }

  async #listPids(): Promise<readonly number[]> {
    try {
      return (await readdir(this.#root)).filter((name) => /^\d+$/.test(name)).map(Number)
    } catch {
      return [] // no /proc: nothing is known, as showsOthers() then says
    }
  }

  /** Empty for a kernel thread and for what has ended meanwhile; undefined where it may not be read. */
  async #readCommandLine(pid: number): Promise<readonly string[] | undefined> {
    try {
      const file = await open(`${this.#root}/${pid}/cmdline`)
      try {
        const { buffer, bytesRead } = await file.read(
          Buffer.alloc(LONGEST_COMMAND_LINE),
          0,
          LONGEST_COMMAND_LINE,
        )
        return buffer.toString('utf8', 0, bytesRead).split('\0').filter(Boolean)
      } finally {
        await file.close()
      }
    } catch (error) {
      const code = errorCodeOf(error)
      return code === 'EACCES' || code === 'EPERM' ? undefined : []
    }
  }

  /** With hidepid the processes of others, and with them the first, are not listed. */
  async #showsOthers(): Promise<boolean> {
    return (await this.#readStart(1)) !== undefined
  }
}

const BASE_ARGUMENT = '-Dcatalina.base='

async function isTomcat(
  [program = '', ...given]: readonly string[],
  base: string,
  realBase: string,
): Promise<boolean> {
  if (!/^(?:java|jsvc)/.test(basename(program))) return false
  const argument = given.find((one) => one.startsWith(BASE_ARGUMENT))
  if (argument === undefined) return false
  const path = argument.slice(BASE_ARGUMENT.length).replace(/(?<=.)\/+$/, '')
  return path === base || (await realpathOr(path)) === realBase
}

async function realpathOr(path: string): Promise<string> {
  return realpath(path).catch(() => path) // not ours to look at: as it is written
}
