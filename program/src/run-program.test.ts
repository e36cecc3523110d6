import { once } from 'node:events'
import { expect, test } from 'vitest'
import { runProgram } from './run-program.ts'

test('a HUP that comes before the program can reload is done as soon as it can, and once', async () => {
  let reloads = 0
  await runProgram('en', async (signals) => {
    const hungUp = once(process, 'SIGHUP')
    process.kill(process.pid, 'SIGHUP')
    await hungUp
    expect(reloads).toBe(0)
    signals.onReload(async () => void (reloads += 1))
    expect(reloads).toBe(1)
    signals.onReload(async () => void (reloads += 1))
    expect(reloads).toBe(1)
    const again = once(process, 'SIGHUP')
    process.kill(process.pid, 'SIGHUP')
    await again
  })
  expect(reloads).toBe(2)
})
