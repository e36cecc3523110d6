import { readdirSync, readFileSync } from 'node:fs'

const WITHIN_MS = 10_000

/**
 * Stops a process with SIGSTOP and comes back when every thread of it stands still. `kill` alone only
 * asks: on a busy machine a thread may still send an answer after it.
 *
 * @throws Error when a thread still runs after 10 s
 */
export function freezeProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  const deadline = performance.now() + WITHIN_MS
  while (!threadsOf(pid).every(isStopped)) {
    if (performance.now() > deadline) throw new Error(`process ${pid} does not stop`)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
  }
}

function threadsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`)
}

/** The state is the first field behind the name in brackets (proc_pid_stat(5)). */
function isStopped(thread: string): boolean {
  try {
    const stat = readFileSync(`${thread}/stat`, 'latin1')
    return 'TtZX'.includes(stat[stat.lastIndexOf(')') + 2] ?? '')
  } catch {
    // a thread that has just ended
    return true
  }
}
