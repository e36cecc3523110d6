import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ChildOptions {
  readonly nodeArgs?: readonly string[]
  /** Talk to it by process.send. */
  readonly messages?: boolean
}

/** A program of ours that a test started; ended, with -9, when the test lets go of it. */
export class ChildProgram implements AsyncDisposable {
  readonly child: ChildProcess
  readonly pid: number
  /** The newest lines that it wrote, stdout and stderr together. */
  readonly lines: string[] = []
  readonly #exited: Promise<unknown>
  readonly #killNow = () => void this.child.kill('SIGKILL')
  readonly #waiting = new Set<(line: string) => void>()

  constructor(file: string, args: readonly string[], options: ChildOptions = {}) {
    this.child = spawn(process.execPath, [...(options.nodeArgs ?? []), file, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', ...(options.messages === true ? ['ipc' as const] : [])],
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TZ: 'UTC' },
    })
    if (this.child.pid === undefined) throw new Error(`${file} could not be started`)
    this.pid = this.child.pid
    this.#exited = once(this.child, 'exit')
    process.once('exit', this.#killNow)
    this.child.once('exit', () => process.off('exit', this.#killNow))
    for (const stream of [this.child.stdout, this.child.stderr])
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line))
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null
  }

  /** The first line from now on that fits. Rejects when the program ends before, or after `withinMs`. */
  async line(fits: (line: string) => boolean, withinMs: number): Promise<string> {
    const found = Promise.withResolvers<string>()
    const look = (line: string) => fits(line) && found.resolve(line)
    const fail = (why: string) => found.reject(new Error(`${why}; it said:\n${this.said()}`))
    const timer = setTimeout(() => fail(`no such line within ${withinMs} ms`), withinMs)
    const onExit = () => fail(`ended with ${this.child.exitCode ?? this.child.signalCode}`)
    this.child.once('exit', onExit)
    this.#waiting.add(look)
    try {
      return await found.promise
    } finally {
      clearTimeout(timer)
      this.child.off('exit', onExit)
      this.#waiting.delete(look)
    }
  }

  /** Its last words. */
  said(lines = 20): string {
    return this.lines.slice(-lines).join('\n')
  }

  /** Power off for this process: no handler runs. */
  async kill(): Promise<void> {
    if (this.isRunning) this.child.kill('SIGKILL')
    await this.#exited
  }

  /** Asks it to end; resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (this.isRunning) this.child.kill('SIGTERM')
    await this.#exited
    return this.child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }

  #take(line: string): void {
    this.lines.push(line)
    if (this.lines.length > 400) this.lines.splice(0, 200)
    for (const look of this.#waiting) look(line)
  }
}
