import { expect, test } from 'vitest'
import { externalUrlOf } from './external-url.ts'

test.each([
  { listen: '127.0.0.1:8480', expected: 'http://127.0.0.1:8480' },
  { listen: '[::1]:8470', expected: 'http://[::1]:8470' },
  { listen: '0.0.0.0:8470', expected: 'http://monitor:8470' },
  { listen: '[::]:8470', expected: 'http://monitor:8470' },
  { listen: '0.0.0.0:8470', externalUrl: 'https://watch/', expected: 'https://watch/' },
])('links lead to $expected', ({ listen, externalUrl, expected }) => {
  const notify = externalUrl === undefined ? {} : { externalUrl }
  expect(externalUrlOf({ listen, notify }, 'monitor')).toBe(expected)
})
