import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real program that runs for a test; it ends, and its directory is gone, when it is disposed of. */
export interface PeerProgram extends AsyncDisposable {
  /** Of its HTTP API, e.g. `http://127.0.0.1:8086`. */
  readonly url: string
  /** Ends it; what it had stays. */
  stop(): Promise<void>
  /** Starts it again on what it had, at the same address. */
  start(): Promise<void>
}

/** Whether a program can be started by its name. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, program)))
}

/** Starts a program that lives in `directory`, and waits until `ready` answers. Rejects with what it said if it ends before. */
export async function startPeer(
  command: readonly [string, ...string[]],
  { url, ready, directory }: { url: string; ready: string; directory: string },
): Promise<PeerProgram> {
  let kill = await runUntilReady(command, url + ready)
  return {
    url,
    stop: () => kill(),
    async start() {
      kill = await runUntilReady(command, url + ready)
    },
    async [Symbol.asyncDispose]() {
      await kill()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Resolves with what ends it. */
async function runUntilReady(
  [program, ...args]: readonly [string, ...string[]],
  ready: string,
): Promise<() => Promise<void>> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-4_000)
  })
  while (!(await answers(ready))) {
    if (child.exitCode !== null) {
      await ended
      throw new Error(`${program} ended before it answered: ${said}`)
    }
    await sleep(50)
  }
  return async () => {
    child.kill('SIGKILL')
    await ended
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

/** POSTs a text. @throws what the program says when it takes it not */
export async function post(url: string, body: string): Promise<void> {
  const response = await fetch(url, { method: 'POST', body })
  const said = await response.text()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${said}`)
}
