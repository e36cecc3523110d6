import fc from 'fast-check'
import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { numberAt } from './json-number.ts'
import { sumManifest, type ManifestFields } from './sum-manifest.ts'

const WINDOW = {
  fromMs: Date.parse('2026-11-21T00:00:00+08:00'),
  toMs: Date.parse('2026-11-22T00:00:00+08:00'),
}
const ZONE = { time: undefined, count: undefined, timeZone: 'Asia/Shanghai' }
const GOES_ON = new AbortController().signal

function sumOf(
  text: string,
  file = 'a.csv',
  fields: Partial<ManifestFields> = {},
): Promise<number> {
  return sumManifest({ text, file }, { ...ZONE, ...fields }, WINDOW, GOES_ON)
}

test.each([
  ['time,count\n2026-11-21,1\n20261121,2\n2026/11/21 08:00,4\n', 7],
  ['\uFEFFtime,unit,count\r\n2026-11-21 23:59:59,"东城, ""一区""",3\r\n', 3],
  ['time\n2026-11-20T16:00:00Z\n2026-11-21T16:00:00Z\n', 1],
  ['unit,count\na,1\nb,2\n', 3],
  ['unit\na\nb\n', 2],
  ['time,count\n', 0],
  ['', 0],
])('CSV %j', async (text, sum) => {
  expect(await sumOf(text)).toBe(sum)
})

test('JSON lines', async () => {
  const text =
    '{"time":"2026-11-21","count":2,"more":{"a":1}}\n\n{"time":"2026-11-22T00:00:00+08:00","count":9}\n{"time":"2026-11-20T20:00:00-04:00"}\n'
  expect(await sumOf(text, 'a.jsonl')).toBe(3)
})

test.each([
  ['time,count\n2026-11-21,many\n', 'a.csv:2: count is "many"'],
  ['time,count\n2026-11-21,-1\n', 'a.csv:2: count'],
  ['time,count\n2026-11-21,\n', 'a.csv:2: count is ""'],
  ['time,count\nyesterday,1\n', 'a.csv:2: time is "yesterday"'],
  ['time,count\n2026-13-41,1\n', 'a.csv:2: time'],
  ['time,count\n2026-11-21,1,2\n', 'a.csv:2: columns'],
  ['"time,count\n', 'a.csv:1: header'],
  ['time,count\n2026-11-21,"5\n', 'a.csv:2: columns'],
  ['time,count\n2026-11-21,"5"6\n', 'a.csv:2: columns'],
  [`time,count\n2026-11-21,${' '.repeat(70_000)}5\n`, 'a.csv:2: length'],
  [`"${','.repeat(15_000_000)}`, 'a.csv:1: length'],
])('%.40j is refused with its line', async (text, message) => {
  await expect(sumOf(text)).rejects.toThrow(message)
})

test.each(['[1]', 'null', '{', '"a"', 'rubbish'])('the line %j is no JSON object', async (text) => {
  await expect(sumOf(`${text}\n`, 'a.jsonl')).rejects.toThrow('a.jsonl:1: JSON')
})

test.each([
  ['a.csv', 'time,count\n2026-11-21,5\n', { time: 'tiem' }, 'a.csv:2: there is no tiem'],
  ['a.csv', 'time,count\n2026-11-21,5\n', { count: 'rows' }, 'a.csv:2: there is no rows'],
  ['a.jsonl', '{"time":"2026-11-21"}\n', { count: 'count' }, 'a.jsonl:1: there is no count'],
  ['a.jsonl', '{"count":1}\n', { time: 'toString' }, 'a.jsonl:1: there is no toString'],
])('%s %j: a column that the site names must be there', async (file, text, fields, message) => {
  await expect(sumOf(text, file, fields)).rejects.toThrow(message)
})

test('seconds and minutes of the zone, and times of days far away', async () => {
  const times = ['2026-11-20 23:59:59', '2026-11-21 00:00:01', '2026-11-21 00:00:59', '1999-01-01']
  expect(await sumOf(`time\n${times.join('\n')}\n`)).toBe(2)
})

test('a large manifest leaves the agent its turns, and ends where the run does', async () => {
  const text = `time,count\n${'2026-11-21 08:00:00,1\n'.repeat(20_000)}`
  let isOver = false
  let turns = 0
  const turn = (): void => {
    turns++
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  expect(await sumOf(text)).toBe(20_000)
  isOver = true
  expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / 33_000))
  const summing = sumManifest({ text, file: 'a.csv' }, ZONE, WINDOW, AbortSignal.abort())
  await expect(summing).rejects.toMatchObject({ code: 'DEADLINE' })
})

test('whatever a manifest holds: a number from 0, or an error with its line', async () => {
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
  await fc.assert(
    fc.asyncProperty(texts, fc.constantFrom('a.csv', 'a.jsonl'), async (text, file) => {
      try {
        expect(await sumOf(text, file)).toBeGreaterThanOrEqual(0)
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
