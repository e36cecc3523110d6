import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'

const ATTACH_DEADLINE_MS = 120_000

/** Which system calls of a running process fail, and how. */
export interface SyscallFault {
  /** E.g. `fdatasync`, `pwrite64`, `openat`. Never `write`: Node's own wake-ups use it. */
  readonly calls: readonly string[]
  readonly error: 'EIO' | 'ENOSPC' | 'EROFS' | 'EACCES' | 'EMFILE'
}

/** Why a test can't make system calls fail here, as a reason to skip it; undefined where it can. */
export async function whyNoSyscallFaults(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'not on this machine: there is no strace on this system'
  const run = promisify(execFile)
  const isInstalled = await run('strace', ['-V']).then(
    () => true,
    () => false,
  )
  if (!isInstalled) return 'strace is not installed'
  return run('strace', ['-o', '/dev/null', 'true']).then(
    () => undefined,
    () => 'not on this machine: strace may not trace here',
  )
}

/**
 * Makes system calls of a process fail until it is disposed: strace attaches to all of its threads and detaches at the end. `paths`: only calls
 * on these files; none: all of the process.
 */
export async function failSyscalls(
  pid: number,
  faults: readonly SyscallFault[],
  paths: readonly string[] = [],
): Promise<AsyncDisposable> {
  const calls = faults.flatMap((fault) => fault.calls)
  const strace = spawn(
    'strace',
    [
      '-f',
      '-p',
      String(pid),
      '-o',
      '/dev/null',
      '-e',
      `trace=${calls.join(',')}`,
      ...faults.flatMap((fault) => ['-e', `inject=${fault.calls.join(',')}:error=${fault.error}`]),
      ...paths.flatMap((path) => ['-P', path]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(strace, 'exit')
  await attached(strace.stderr, ended)
  return {
    async [Symbol.asyncDispose]() {
      strace.kill('SIGINT')
      await ended
    },
  }
}

async function attached(stderr: NodeJS.ReadableStream, ended: Promise<unknown>): Promise<void> {
  const said: string[] = []
  const found = Promise.withResolvers<void>()
  const fail = (why: string) => found.reject(new Error(`strace: ${why}: ${said.join('')}`))
  const timer = setTimeout(() => fail('did not attach in time'), ATTACH_DEADLINE_MS)
  void ended.then(() => fail('ended'))
  stderr.on('data', (chunk: Buffer) => {
    said.push(chunk.toString())
    if (said.join('').includes('attached')) found.resolve()
  })
  await found.promise.finally(() => clearTimeout(timer))
}
