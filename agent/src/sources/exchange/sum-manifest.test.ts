import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { numberAt } from './json-number.ts'
import { sumManifest } from './sum-manifest.ts'

const WINDOW = {
  fromMs: Date.parse('2026-11-21T00:00:00+08:00'),
  toMs: Date.parse('2026-11-22T00:00:00+08:00'),
}
const FIELDS = { time: 'time', count: 'count', timeZone: 'Asia/Shanghai' }

function sumOf(text: string, file = 'a.csv'): number {
  return sumManifest(text, file, FIELDS, WINDOW)
}

test.each([
  ['time,count\n2026-11-21,1\n20261121,2\n2026/11/21 08:00,4\n', 7],
  ['\uFEFFtime,unit,count\r\n2026-11-21 23:59:59,"东城, ""一区""",3\r\n', 3],
  ['time\n2026-11-20T16:00:00Z\n2026-11-21T16:00:00Z\n', 1],
  ['unit,count\na,1\nb,2\n', 3],
  ['unit\na\nb\n', 2],
  ['time,count\n', 0],
  ['', 0],
])('CSV %j', (text, sum) => {
  expect(sumOf(text)).toBe(sum)
})

test('JSON lines', () => {
  const text =
    '{"time":"2026-11-21","count":2,"more":{"a":1}}\n\n{"time":"2026-11-22T00:00:00+08:00","count":9}\n{"time":"2026-11-20T20:00:00-04:00"}\n'
  expect(sumOf(text, 'a.jsonl')).toBe(3)
})

test.each([
  ['time,count\n2026-11-21,many\n', 'a.csv:2: count is "many"'],
  ['time,count\n2026-11-21,-1\n', 'a.csv:2: count'],
  ['time,count\n2026-11-21,\n', 'a.csv:2: count is ""'],
  ['time,count\nyesterday,1\n', 'a.csv:2: time is "yesterday"'],
  ['time,count\n2026-13-41,1\n', 'a.csv:2: time'],
  ['time,count\n2026-11-21,1,2\n', 'a.csv:2: columns'],
])('%j is refused with its line', (text, message) => {
  expect(() => sumOf(text)).toThrow(message)
})

test.each(['[1]', 'null', '{', '"a"', 'rubbish'])('the line %j is no JSON object', (text) => {
  expect(() => sumOf(`${text}\n`, 'a.jsonl')).toThrow('a.jsonl:1: JSON')
})

test('whatever a manifest holds: a number from 0, or an error with its line', () => {
  const cells = fc.constantFrom(
    'time',
    'count',
    ',',
    '\n',
    '"',
    '2026-11-21',
    '5',
    '-',
    ' ',
    '{',
    '}',
    ':',
    '\r',
    '名',
  )
  const texts = fc.oneof(
    fc.string(),
    fc.array(cells, { maxLength: 30 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, fc.constantFrom('a.csv', 'a.jsonl'), (text, file) => {
      try {
        expect(sumOf(text, file)).toBeGreaterThanOrEqual(0)
      } catch (error) {
        expect(error).toBeInstanceOf(ProbeError)
      }
    }),
    { numRuns: 500 },
  )
})

test('whatever an answer holds: a number from 0 at the pointer, or an error', () => {
  const pointers = fc.constantFrom('', '/', '/a', '/0', '/a/b', '/__proto__', '/length', '/~1~0')
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), pointers, (json, pointer) => {
      try {
        expect(numberAt(json, pointer)).toBeGreaterThanOrEqual(0)
      } catch (error) {
        expect(error).toBeInstanceOf(ProbeError)
      }
    }),
    { numRuns: 500 },
  )
})
