import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'

/** So that an interrupted benchmark leaves nothing running. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(1))

const CPUACCT = '/sys/fs/cgroup/cpuacct'

/** Memory of a program with all its children, from smaps_rollup, in MiB. */
export interface Memory {
  readonly rssMiB: number
  readonly pssMiB: number
  readonly anonymousMiB: number
  readonly processes: number
}

/**
 * A program whose CPU time is counted with all its threads and children, also those that have ended: in a cpuacct control group of its own
 * where the kernel has those (as root), else from /proc/PID/stat.
 */
export class MeasuredProcess implements AsyncDisposable {
  readonly child: ChildProcess
  readonly #group: string | undefined

  private constructor(child: ChildProcess, group: string | undefined) {
    this.child = child
    this.#group = group
  }

  static async start(
    name: string,
    command: readonly string[],
    options: {
      readonly env?: Readonly<Record<string, string>>
      readonly stdout?: 'pipe' | 'ignore' | 'inherit'
    } = {},
  ): Promise<MeasuredProcess> {
    const group = openGroup(name)
    const entry = group === undefined ? '/dev/null' : join(group, 'cgroup.procs')
    const child = spawn('/bin/sh', ['-c', 'echo $$ > "$0"; exec "$@"', entry, ...command], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', options.stdout ?? 'ignore', 'inherit'],
    })
    await once(child, 'spawn')
    const killNow = () => void child.kill('SIGKILL')
    process.once('exit', killNow)
    child.once('exit', () => process.off('exit', killNow))
    return new MeasuredProcess(child, group)
  }

  /** CPU time used so far, in ms. */
  cpuMs(): number {
    if (this.#group !== undefined)
      return Number(readFileSync(join(this.#group, 'cpuacct.usage'), 'utf8')) / 1e6
    const fields =
      readFileSync(`/proc/${this.child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * 10
  }

  memory(): Memory {
    const pids = this.#pids()
    let rss = 0
    let pss = 0
    let anonymous = 0
    for (const pid of pids) {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      rss += fieldKiB(text, 'Rss')
      pss += fieldKiB(text, 'Pss')
      anonymous += fieldKiB(text, 'Anonymous')
    }
    return {
      rssMiB: rss / 1024,
      pssMiB: pss / 1024,
      anonymousMiB: anonymous / 1024,
      processes: pids.length,
    }
  }

  /** Bytes that this process (not its children) caused to be written to storage. */
  writtenBytes(): number {
    return Number(
      /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${this.child.pid}/io`, 'utf8'))?.[1] ?? 0,
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit')
      this.child.kill('SIGTERM')
      const backstop = setTimeout(() => this.child.kill('SIGKILL'), 10_000)
      await ended
      clearTimeout(backstop)
    }
    if (this.#group !== undefined) await removeGroup(this.#group)
  }

  #pids(): readonly string[] {
    if (this.#group === undefined) return [String(this.child.pid)]
    return readFileSync(join(this.#group, 'cgroup.procs'), 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
  }
}

/** Ends what the program left behind: strace, for one, ends before what it traces. */
async function removeGroup(group: string): Promise<void> {
  for (;;) {
    const pids = readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)
    if (pids.length === 0) return rmdirSync(group)
    for (const pid of pids) {
      try {
        process.kill(Number(pid), 'SIGKILL')
      } catch {
        // it has just ended
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function openGroup(name: string): string | undefined {
  if (!existsSync(join(CPUACCT, 'cpuacct.usage')) || process.getuid?.() !== 0) return undefined
  const group = join(CPUACCT, `wardround-bench-${process.pid}-${name}`)
  mkdirSync(group, { recursive: true })
  return group
}

function fieldKiB(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
}
