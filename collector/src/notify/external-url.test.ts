import { expect, test } from 'vitest'
import { externalUrlOf, missingLinks } from './external-url.ts'

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

test.each([
  { listen: '127.0.0.1:8470', channels: [{}], says: '127.0.0.1:8470' },
  { listen: '[::1]:8470', channels: [{}], says: '[::1]:8470' },
  { listen: '127.0.0.1:8470', channels: [], says: undefined },
  { listen: '10.0.0.5:8470', channels: [{}], says: undefined },
  { listen: '127.0.0.1:8470', externalUrl: 'https://watch/', channels: [{}], says: undefined },
])(
  'that messages have no links is said of $listen: $says',
  ({ listen, externalUrl, channels, says }) => {
    const notify = { channels, ...(externalUrl === undefined ? {} : { externalUrl }) }
    const said = missingLinks({ listen, notify })
    if (says === undefined) expect(said).toBeUndefined()
    else
      expect(said).toEqual({
        zh: expect.stringMatching(/链接会指向 .*请把 notify\.externalUrl 设为/),
        en: expect.stringContaining(says),
      })
  },
)
