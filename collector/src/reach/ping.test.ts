import { expect, test } from 'vitest'
import { systemPing } from './ping.ts'

// The real ping(8); CI has it (iputils-ping).

test('a host that answers', async () => {
  expect(await systemPing('127.0.0.2')).toBe('answers')
})

test.each(['255.255.255.255', '-h', '127.0.0.1; id', 'localhost', ''])(
  '%s is no host that could be silent',
  async (address) => {
    expect(await systemPing(address)).toBe('failed')
  },
)
