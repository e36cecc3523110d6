import { expect, test } from 'vitest'
import { expandPorts, PORTS_PATTERN } from './expand-ports.ts'

test.each([
  [
    ['3', 'fc1/1'],
    ['3', 'fc1/1'],
  ],
  [
    ['0-3', '8'],
    ['0', '1', '2', '3', '8'],
  ],
  [['5-2'], ['5-2']],
  [['0-99999'], ['0-99999']],
  [undefined, []],
])('%j is %j', (written, expected) => expect([...expandPorts(written)]).toEqual(expected))

test('the pattern takes what switches call their ports', () => {
  const pattern = new RegExp(PORTS_PATTERN)
  expect(['0', '0-15', 'fc1/1', 'port-channel5'].every((port) => pattern.test(port))).toBe(true)
  expect(['', 'a b', 'x'.repeat(65)].some((port) => pattern.test(port))).toBe(false)
})
