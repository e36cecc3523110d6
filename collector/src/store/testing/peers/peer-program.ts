import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A real program that runs for a test; it ends, and its directory is gone, when it is disposed of. */
export interface PeerProgram extends AsyncDisposable {
  /** Of its HTTP API, e.g. `http://127.0.0.1:8086`. */
  readonly url: string
}

/** Whether a program can be started by its name. */
export function isOnPath(program: string): boolean {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, program)))
}

/** A port of loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on TCP has an AddressInfo
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a program that lives in `directory`, and waits until `ready` answers. Rejects with what it said if it ends before. */
export async function startPeer(
  command: readonly [string, ...string[]],
  { url, ready, directory }: { url: string; ready: string; directory: string },
): Promise<PeerProgram> {
  const [program, ...args] = command
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'close')
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + String(chunk)).slice(-4_000)
  })
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  while (!(await answers(url + ready))) {
    if (child.exitCode !== null) {
      await stop()
      throw new Error(`${program} ended before it answered: ${said}`)
    }
    await sleep(50)
  }
  return { url, [Symbol.asyncDispose]: stop }
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
