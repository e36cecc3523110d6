import { spawn } from 'node:child_process'
import { MAX_ERROR_BYTES, type HelperAnswer, type HelperFailure } from './answer.ts'
import type { PlannedCommand } from './listed-commands.ts'
import { problemOf } from './program-problem.ts'

/** What a program is given of an environment. */
const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }

/** A program's answer, or why there is none; `gone` is fulfilled when nothing of it is left, which one that hangs in the kernel may delay for ever. */
export interface RunningProgram {
  readonly answer: HelperAnswer
  readonly gone: Promise<void>
}

/** Runs the first of the programs that is installed: no shell, a small fixed environment, nothing on its standard input, deadline and bounds. */
export async function runProgram(command: PlannedCommand): Promise<RunningProgram> {
  for (const program of command.programs) {
    const problem = await problemOf(program)
    if (problem === 'absent') continue
    if (problem !== undefined) return { answer: failure('NOT_PERMITTED', problem), gone: GONE }
    return start(program, command)
  }
  const [first = 'the program'] = command.programs
  return { answer: failure('NOT_INSTALLED', `${first} is not installed`), gone: GONE }
}

const GONE = Promise.resolve()

function start(program: string, command: PlannedCommand): Promise<RunningProgram> {
  return new Promise((resolve) => {
    const child = spawn(program, command.args, {
      env: ENVIRONMENT,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let done = (): void => undefined
    const gone = new Promise<void>((fulfil) => (done = fulfil))
    const settle = (answer: HelperAnswer): void => {
      clearTimeout(timer)
      resolve({ answer, gone })
    }
    const end = (error: HelperFailure, message: string): void => {
      settle(failure(error, `${program} ${message}`))
      child.kill('SIGKILL')
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const timer = setTimeout(
      () => end('DEADLINE', `was ended after ${command.deadlineMs} ms without an answer`),
      command.deadlineMs,
    )
    const stdout = new BoundedText(command.maxBytes)
    const stderr = new BoundedText(MAX_ERROR_BYTES)
    child.stdout.on('data', (chunk: Buffer) => {
      if (!stdout.take(chunk)) end('FLOOD', `wrote more than ${command.maxBytes} bytes`)
    })
    child.stderr.on('data', (chunk: Buffer) => void stderr.take(chunk))
    child.once('error', (error) => {
      settle(failure('UNREADABLE', `${program} could not be started: ${error.message}`))
      if (child.pid === undefined) done()
    })
    child.once('exit', () => done())
    child.once('close', (exitCode, signal) => {
      if (exitCode === null) settle(failure('UNREADABLE', `${program} was ended by ${signal}`))
      else settle({ ok: true, exitCode, stdout: stdout.text, stderr: stderr.text })
    })
  })
}

export function failure(error: HelperFailure, message: string): HelperAnswer {
  return { ok: false, error, message }
}

/** What a pipe gave, up to a bound. */
class BoundedText {
  readonly #chunks: Buffer[] = []
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8')
  }

  /** False when there was no room for it. */
  take(chunk: Buffer): boolean {
    if (this.#bytes + chunk.length > this.#maxBytes) return false
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    return true
  }
}
