import { expect, test } from 'vitest'
import { isEpoch, newEpoch } from './epoch.ts'

test('an epoch is its 8 bytes as 16 hex digits', () => {
  expect(newEpoch(Uint8Array.of(0, 1, 15, 16, 127, 128, 254, 255))).toBe('00010f107f80feff')
  expect(() => newEpoch(new Uint8Array(7))).toThrow(/8 random bytes/)
})

test.each(['', '00010F107F80FEFF', '00010f107f80fef', '00010f107f80feff0', ' 0010f107f80feff'])(
  '%j is no epoch',
  (text) => {
    expect(isEpoch(text)).toBe(false)
  },
)
