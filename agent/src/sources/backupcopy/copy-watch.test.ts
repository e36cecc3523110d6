import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

import { systemTimers, type Timers } from '../../clocks.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import { CopyMemory } from './copy-memory.ts'
import { CopyWatch } from './copy-watch.ts'

/** The system's timers; knows those of one length that wait. */
class CountedTimers implements Timers {
  readonly #waiting = new Set<object>()
  readonly #countedMs: number

  constructor(countedMs: number) {
    this.#countedMs = countedMs
  }

  get waiting(): number {
    return this.#waiting.size
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = {}
    if (delayMs === this.#countedMs) this.#waiting.add(timer)
    const cancel = systemTimers.after(delayMs, callback)
    return () => {
      this.#waiting.delete(timer)
      cancel()
    }
  }
}

test('a look that is given up leaves no timer behind', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'copy-watch-'))
  const timers = new CountedTimers(15_000)
  const context = await makeSourceContext({ timers })
  const place = { directory, pattern: undefined }
  using watch = new CopyWatch({
    comparison: {
      first: place,
      second: place,
      isRemovable: false,
      usesSha256: false,
      bytesPerSecond: 1e6,
      rehashAfterMs: undefined,
    },
    graceMs: 0,
    memory: await CopyMemory.open(context),
    context,
  })
  const abort = new AbortController()
  const looking = watch.look(abort.signal)
  expect(timers.waiting).toBe(1)
  abort.abort()
  await looking
  expect(timers.waiting).toBe(0)
  // the round itself goes on, and ends
  await watch.look(new AbortController().signal)
  expect(timers.waiting).toBe(0)
  await rm(directory, { recursive: true })
}, 60_000)
