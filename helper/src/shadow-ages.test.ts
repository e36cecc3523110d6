import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseShadowAges } from './shadow-ages.ts'

test('tells ages and the kind of password, never a hash', () => {
  const text = [
    'root:$y$j9T$abc$def:20100:0:90:7:30:21000:',
    'oracle:!$6$salt$hash:19000:0:99999:7:::',
    'daemon:*:19000:0:99999:7:::',
    'new:!!:19000:0:99999:7:::',
    'open::19000:0:99999:7:::',
    'never:$6$x::::::: ',
    '# comment',
    '$6$hash:with:too:few',
    '$6$hash:x:1:2:3:4:5:6:',
    '',
  ].join('\n')
  expect(parseShadowAges(text)).toEqual([
    {
      name: 'root',
      password: 'set',
      lastChangeDay: 20100,
      minDays: 0,
      maxDays: 90,
      inactiveDays: 30,
      expireDay: 21000,
    },
    { name: 'oracle', password: 'locked', lastChangeDay: 19000, minDays: 0, maxDays: 99999 },
    { name: 'daemon', password: 'none', lastChangeDay: 19000, minDays: 0, maxDays: 99999 },
    { name: 'new', password: 'none', lastChangeDay: 19000, minDays: 0, maxDays: 99999 },
    { name: 'open', password: 'empty', lastChangeDay: 19000, minDays: 0, maxDays: 99999 },
    { name: 'never', password: 'set' },
  ])
})

test('whatever the file holds, nothing of a second field comes out', () => {
  const hash = fc.string({ minLength: 6 }).map((text) => `$y$${text.replaceAll(/[:\n]/g, '')}`)
  fc.assert(
    fc.property(hash, fc.array(fc.string()), (secret, rest) => {
      const text = [
        `root:${secret}:1:2:3:4:5:6:`,
        `!${secret}`,
        ...rest.map((more) => `x:${secret}:${more}`),
      ]
      expect(JSON.stringify(parseShadowAges(text.join('\n')))).not.toContain(
        JSON.stringify(secret).slice(1, -1),
      )
    }),
  )
})
