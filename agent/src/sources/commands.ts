import { execFile, type ChildProcess } from 'node:child_process'
import { isAbsolute } from 'node:path'

import { NoDataError, ProbeError } from '../probe.ts'
import { OneAtATime } from './one-at-a-time.ts'

/** Bounds of one run of an external program. */
export interface CommandLimits {
  /** From the call, waiting for an earlier run of the same program included. */
  readonly deadlineMs: number
  /** Of standard output and of standard error, each. */
  readonly maxBytes: number
  /** A program that writes more is ended, and what it wrote so far is given: for what can be asked for the rest later. */
  readonly keepsBeginning?: boolean
  /** The probe run's signal: an abandoned run ends its program. */
  readonly signal?: AbortSignal
  /** Beside PATH and LC_ALL=C. */
  readonly environment?: Readonly<Record<string, string>>
}

export interface CommandOutcome {
  /** As the program gave it: some (smartctl) answer in its bits, so it is no error here. */
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  /** There was more; see `keepsBeginning`. */
  readonly isCut?: boolean
}

/** What a probe needs of Commands. */
export interface CommandRunner {
  run(program: string, args: readonly string[], limits: CommandLimits): Promise<CommandOutcome>
}

/**
 * The one place where the agent starts external programs: absolute path, argument array, no shell,
 * a small fixed environment with LC_ALL=C, nothing on standard input, a deadline, a bound on the output,
 * and at most one run of a program at a time. A program that outlives its SIGKILL (hung in the kernel)
 * keeps its place: it is not started again until it is gone.
 */
export class Commands implements CommandRunner, Disposable {
  readonly #running = new OneAtATime()
  readonly #closed = new AbortController()

  /**
   * @throws NoDataError when the program is not installed.
   * @throws ProbeError DEADLINE, FLOOD (more output than maxBytes), NOT_PERMITTED, NOT_ANSWERING
   * (an earlier run is still hanging) or UNREADABLE (it could not be started, or a signal ended it).
   */
  async run(
    program: string,
    args: readonly string[],
    limits: CommandLimits,
  ): Promise<CommandOutcome> {
    if (!isAbsolute(program)) throw new TypeError(`${program} is not an absolute path`)
    const deadline = AbortSignal.timeout(limits.deadlineMs)
    const signals = [deadline, this.#closed.signal]
    const signal = AbortSignal.any(limits.signal ? [...signals, limits.signal] : signals)
    return this.#running.begin(program, signal, {
      begin: () => this.#start(program, args, limits, signal),
      taken: () => stillRunning(program),
    })
  }

  /** Ends what still runs. */
  [Symbol.dispose](): void {
    this.#closed.abort()
  }

  #start(
    program: string,
    args: readonly string[],
    limits: CommandLimits,
    signal: AbortSignal,
  ): Promise<CommandOutcome> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        program,
        args,
        {
          encoding: 'utf8',
          env: { ...programEnvironment(), ...limits.environment },
          killSignal: 'SIGKILL',
          maxBuffer: limits.maxBytes,
          signal,
          windowsHide: true,
        },
        (error, stdout, stderr) => {
          const exitCode = error ? error.code : 0
          if (typeof exitCode === 'number') resolve({ exitCode, stdout, stderr })
          else if (exitCode === FLOOD && limits.keepsBeginning === true)
            resolve({ exitCode: 0, stdout, stderr, isCut: true })
          else reject(toProbeError(program, error, limits))
        },
      )
      child.stdin?.end()
      this.#hold(program, child)
    })
  }

  #hold(program: string, child: ChildProcess): void {
    const gone = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => {
        if (child.pid === undefined) resolve()
      })
    })
    this.#running.occupy(program, {
      gone,
      get isGivenUp() {
        return child.killed
      },
    })
  }
}

/** Node's code for more output than was allowed. */
const FLOOD = 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER'

/** What a program is given of an environment: nothing of the agent's own, which may hold secrets. */
export function programEnvironment(): NodeJS.ProcessEnv {
  if (process.platform !== 'win32') {
    return { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
  }
  const kept = ['SystemRoot', 'windir', 'Path', 'TEMP']
  return Object.fromEntries(kept.map((name) => [name, process.env[name]]))
}

function stillRunning(program: string): ProbeError {
  return new ProbeError('NOT_ANSWERING', {
    zh: `未启动 ${program}：上一次运行尚未结束，请检查该进程`,
    en: `${program} was not started: an earlier run of it has not ended; look at that process`,
  })
}

function toProbeError(
  program: string,
  error: (Error & { code?: unknown }) | null,
  limits: CommandLimits,
): Error {
  const cause = { cause: error }
  switch (error?.code) {
    case 'ENOENT':
      return new NoDataError({ zh: `未安装 ${program}`, en: `${program} is not installed` }, cause)
    case 'EACCES':
    case 'EPERM':
      return new ProbeError(
        'NOT_PERMITTED',
        { zh: `当前用户无权运行 ${program}`, en: `${program} may not be run by this user` },
        cause,
      )
    case FLOOD:
      return new ProbeError(
        'FLOOD',
        {
          zh: `${program} 的输出超过 ${limits.maxBytes} 字节`,
          en: `${program} wrote more than ${limits.maxBytes} bytes`,
        },
        cause,
      )
    case 'ABORT_ERR':
      return new ProbeError(
        'DEADLINE',
        {
          zh: `${program} 在期限 ${limits.deadlineMs} 毫秒内没有结果，已被终止`,
          en: `${program} was ended before it answered (deadline ${limits.deadlineMs} ms)`,
        },
        cause,
      )
    default:
      return new ProbeError(
        'UNREADABLE',
        { zh: `${program} 无法运行或被终止`, en: `${program} could not be run or was ended` },
        cause,
      )
  }
}
