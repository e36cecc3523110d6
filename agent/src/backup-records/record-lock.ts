import { setTimeout as pass } from 'node:timers/promises'
import { lockStateDirectory, StateLockedError } from '@wardround/program/running'
import type { Clocks } from '../clocks.ts'

const WAIT_MS = 10_000
const LOOK_EVERY_MS = 20

/**
 * Lets one process at a time do the work. The kernel holds the lock, as that of the state directory, and drops it with its process: whatever an
 * earlier one left in the directory keeps nobody waiting.
 * @throws StateLockedError when another one holds it for too long, and what `work` throws
 */
export async function withRecordLock<T>(
  directory: string,
  clocks: Pick<Clocks, 'nowMs'>,
  work: () => Promise<T>,
): Promise<T> {
  await using _lock = await waitForLock(directory, clocks)
  return await work()
}

async function waitForLock(
  directory: string,
  { nowMs }: Pick<Clocks, 'nowMs'>,
): Promise<AsyncDisposable> {
  const untilMs = nowMs() + WAIT_MS
  for (;;) {
    try {
      return await lockStateDirectory(directory, 'wardround-agent backup')
    } catch (error) {
      if (!(error instanceof StateLockedError) || nowMs() > untilMs) throw error
    }
    await pass(LOOK_EVERY_MS)
  }
}
