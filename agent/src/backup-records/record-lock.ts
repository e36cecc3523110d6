import { readFile, rm, writeFile } from 'node:fs/promises'
import { setTimeout as pass } from 'node:timers/promises'
import type { Clocks } from '../clocks.ts'

const WAIT_MS = 10_000
const LOOK_EVERY_MS = 20

/**
 * Lets one process at a time do the work. The lock is a file with the number of its process: that of one that is gone is taken over.
 * @throws Error when another one holds it for too long, and what `work` throws
 */
export async function withRecordLock<T>(
  file: string,
  { nowMs }: Pick<Clocks, 'nowMs'>,
  work: () => Promise<T>,
): Promise<T> {
  const untilMs = nowMs() + WAIT_MS
  while (!(await isTaken(file))) {
    if (nowMs() > untilMs) throw new Error(`${file} is held by another process`)
    await removeIfStale(file)
    await pass(LOOK_EVERY_MS)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function isTaken(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function removeIfStale(file: string): Promise<void> {
  const pid = Number(await readFile(file, 'utf8').catch(() => ''))
  if (pid > 0 && !isRunning(pid)) await rm(file, { force: true })
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
