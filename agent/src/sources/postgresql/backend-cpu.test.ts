import { expect, test } from 'vitest'

import { isTitleOf, parseCpuTicks, readBackendCpu } from './backend-cpu.ts'

const target = { host: '127.0.0.1', user: 'wardround', database: 'postgres' }

test.each([
  ['postgres: wardround postgres 127.0.0.1(40312) SELECT', 40_312, true],
  ['postgres: 15/main: wardround postgres 127.0.0.1(40312) idle', 40_312, true],
  ['postgres: wardround postgres [local] idle', undefined, true],
  ['postgres: wardround postgres 127.0.0.1(40313) idle', 40_312, false],
  ['postgres: his postgres 127.0.0.1(40312) idle', 40_312, false],
  ['/usr/bin/vim wardround postgres (40312)', 40_312, false],
])('%s', (title, localPort, expected) => {
  expect(isTitleOf({ pid: 1, target, localPort }, title)).toBe(expected)
})

test('adds user and system time, whatever the name of the program', () => {
  const stat = '77 (post) gres) S 1 77 77 0 -1 4194304 9 0 0 0 250 50 0 0 20 0 1 0 5 6 7'
  expect(parseCpuTicks(stat)).toBe(300)
})

test('a server elsewhere has none, and neither has a process that is another', async () => {
  expect(
    await readBackendCpu({ pid: 1, target: { ...target, host: '10.0.0.5' }, localPort: 1 }),
  ).toBe(undefined)
  expect(await readBackendCpu({ pid: process.pid, target, localPort: 1 })).toBe(undefined)
})
