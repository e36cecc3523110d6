import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Logger } from './log.ts'

/** From this version on `systemd-notify` waits until its message was taken; before, whoever sends it may be gone too early to be known. */
const WAITS_FROM_VERSION = 246
/** A message that may be lost is sent so often, at growing distances: the last some half a minute after the first. */
const REPEATS_MS = [1_000, 2_000, 4_000, 8_000, 16_000]
/** Each sign of life is a process of its own. */
const FEED_AT_MOST_EVERY_MS = 60_000
const PROGRAM_DEADLINE_MS = 10_000

const run = promisify(execFile)

/** systemd, as a program that it started sees it: sd_notify(3), sent by systemd-notify(1). Where nobody wants to hear of it all of this does nothing. */
export interface ServiceManager {
  /** The program does its work. */
  ready(): Promise<void>
  /** It was told to end, and drains. */
  stopping(): Promise<void>
  /**
   * Gives signs of life, at most one a minute, as long as `findFault` finds nothing; if it finds a fault for too long the service is ended and started
   * anew. Nothing is given where the unit wants none, or where a sign may be lost.
   */
  watch(findFault: () => Promise<string | undefined>): Disposable
}

export interface ServiceManagerOptions {
  /** Of the process: NOTIFY_SOCKET and WATCHDOG_USEC are systemd's. */
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Logger
  /** Default: systemd-notify of the path. */
  readonly program?: string
  /** Default 60 s. */
  readonly feedAtMostEveryMs?: number
}

/** Never rejects: a program that can't tell systemd of itself works all the same. */
export async function findServiceManager(options: ServiceManagerOptions): Promise<ServiceManager> {
  const { environment, program = 'systemd-notify', log } = options
  const socket = environment['NOTIFY_SOCKET']
  if (socket === undefined || socket === '') return NOBODY
  const version = await readVersion(program)
  if (version === undefined) {
    log.warn({ program }, 'systemd waits for a message, and there is no program to send it with')
    return NOBODY
  }
  return new NotifiedManager(options, program, socket, version >= WAITS_FROM_VERSION)
}

const NOBODY: ServiceManager = {
  ready: () => Promise.resolve(),
  stopping: () => Promise.resolve(),
  watch: () => ({ [Symbol.dispose]: () => undefined }),
}

class NotifiedManager implements ServiceManager {
  readonly #options: ServiceManagerOptions
  readonly #program: string
  readonly #socket: string
  readonly #waits: boolean
  #isStopping = false

  constructor(options: ServiceManagerOptions, program: string, socket: string, waits: boolean) {
    this.#options = options
    this.#program = program
    this.#socket = socket
    this.#waits = waits
  }

  async ready(): Promise<void> {
    await this.#send('READY=1')
    if (!this.#waits) this.#repeatReady(0)
  }

  async stopping(): Promise<void> {
    this.#isStopping = true
    await this.#send('STOPPING=1')
  }

  watch(findFault: () => Promise<string | undefined>): Disposable {
    const everyMs = this.#feedEveryMs()
    if (everyMs === undefined) return { [Symbol.dispose]: () => undefined }
    const timer = setInterval(() => void this.#feed(findFault), everyMs).unref()
    return { [Symbol.dispose]: () => clearInterval(timer) }
  }

  /** A third of the time after which systemd loses patience, so that one sign may be late. */
  #feedEveryMs(): number | undefined {
    const { environment, feedAtMostEveryMs = FEED_AT_MOST_EVERY_MS, log } = this.#options
    const patienceMs = Number(environment['WATCHDOG_USEC'] ?? '0') / 1_000
    if (!(patienceMs > 0)) return undefined
    if (!this.#waits) {
      log.warn('this systemd may lose signs of life: the unit should have no WatchdogSec=')
    }
    return Math.max(feedAtMostEveryMs, patienceMs / 3)
  }

  async #feed(findFault: () => Promise<string | undefined>): Promise<void> {
    const fault = await findFault().catch((error: unknown) => String(error))
    if (fault === undefined) return this.#send('WATCHDOG=1')
    this.#options.log.error({ fault }, 'systemd is given no sign of life')
  }

  #repeatReady(at: number): void {
    const delayMs = REPEATS_MS[at]
    if (delayMs === undefined) return
    setTimeout(() => {
      if (this.#isStopping) return
      void this.#send('READY=1').then(() => this.#repeatReady(at + 1))
    }, delayMs).unref()
  }

  async #send(message: string): Promise<void> {
    try {
      await run(this.#program, [message], {
        // No secret of ours is in the environment of another program.
        env: { PATH: this.#options.environment['PATH'], NOTIFY_SOCKET: this.#socket },
        timeout: PROGRAM_DEADLINE_MS,
      })
    } catch (error) {
      this.#options.log.warn({ err: error, message }, 'systemd could not be told')
    }
  }
}

/** The first line is `systemd 252 (252.39-1~deb12u2)`. */
async function readVersion(program: string): Promise<number | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], { timeout: PROGRAM_DEADLINE_MS })
    const [, version] = /^systemd (\d+)/.exec(stdout) ?? []
    return version === undefined ? undefined : Number(version)
  } catch {
    return undefined
  }
}
