import { expect, test } from 'vitest'
import { BackOff } from './back-off.ts'
import type { DeadLetter } from './dead-letter-file.ts'
import { LineSender } from './line-sender.ts'
import { readRetryAfterMs } from '../../http/retry-after.ts'
import { type LineWriter, toOutcome, type WriteOutcome } from './write-outcome.ts'

const NONE: ReadonlyMap<string, readonly string[]> = new Map()
const FOREVER = new AbortController().signal

/** A sender over a store that answers each text by a function; a stand-in for stores whose answers a real one can't be brought to. */
function senderOver(answer: (lines: string, call: number) => WriteOutcome) {
  const sent: string[] = []
  const letters: DeadLetter[] = []
  let suspects: readonly string[] = []
  const writer: LineWriter = {
    write: async (lines) => {
      sent.push(lines)
      return answer(lines, sent.length)
    },
  }
  const sender = new LineSender({
    writer,
    setAside: async (found) => void letters.push(...found),
    onSuspects: (fields) => {
      suspects = [...fields]
    },
    backOff: new BackOff(() => -1),
    refusedRetryMs: 1,
  })
  return { sender, sent, letters, suspects: () => suspects }
}

const STORED: WriteOutcome = { kind: 'stored' }
const LATER: WriteOutcome = {
  kind: 'later',
  reason: 'HTTP 503',
  afterMs: undefined,
  mayHaveDied: false,
}

test('what a store can not take now is sent again, the same bytes', async () => {
  const { sender, sent } = senderOver((_lines, call) => (call < 4 ? LATER : STORED))
  await sender.send({ lines: 'a v=1 1\nb v=2 2', suspects: NONE }, FOREVER)
  expect(sent).toEqual(Array.from({ length: 4 }, () => 'a v=1 1\nb v=2 2'))
  expect(sender.failure).toBeUndefined()
})

test('a text that is too long is halved, and nothing of it is set aside', async () => {
  const { sender, letters, sent } = senderOver((lines) =>
    lines.length > 20 ? { kind: 'too-long', words: 'HTTP 413' } : STORED,
  )
  await sender.send({ lines: 'a v=1 1\nb v=2 2\nc v=3 3\nd v=4 4', suspects: NONE }, FOREVER)
  expect(letters).toEqual([])
  expect(sent.slice(1)).toEqual(['a v=1 1\nb v=2 2', 'c v=3 3\nd v=4 4'])
})

test('a bad field is found among good ones, and asked for once a batch from then on', async () => {
  const bad: WriteOutcome = { kind: 'bad-lines', words: 'HTTP 400: type conflict' }
  const { sender, letters, suspects } = senderOver((lines) => (lines.includes('x=') ? bad : STORED))
  await sender.send({ lines: 'a v=1 1\nb x=2,y=3 2\nc v=3 3', suspects: NONE }, FOREVER)
  expect(letters).toEqual([{ line: 'b x=2 2', words: 'HTTP 400: type conflict' }])
  expect(suspects()).toEqual(['b.x'])
  const apart = new Map([['b.x', ['b x=4 3', 'b x=5 4']]])
  await sender.send({ lines: 'a v=1 3', suspects: apart }, FOREVER)
  expect(letters.slice(1).map(({ line }) => line)).toEqual(['b x=4 3', 'b x=5 4'])
})

test('a field that the store takes again is no longer suspected', async () => {
  let takes = false
  const { sender, sent, suspects } = senderOver((lines) =>
    lines.includes('x=') && !takes ? { kind: 'bad-lines', words: 'HTTP 400' } : STORED,
  )
  await sender.send({ lines: 'a v=1 1\nb x=2 2', suspects: NONE }, FOREVER)
  takes = true
  await sender.send({ lines: '', suspects: new Map([['b.x', ['b x=4 3', 'b x=5 4']]]) }, FOREVER)
  expect([suspects(), sent.slice(-2)]).toEqual([[], ['b x=4 3', 'b x=5 4']])
})

test('a store that refuses every line for a while gets them all in the end; nothing is set aside', async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `m${index} v=1 1`)
  const stored: string[] = []
  let refused = 0
  const { sender, letters } = senderOver((text) => {
    if (refused++ < 500) return { kind: 'bad-lines', words: 'HTTP 400: what is this?' }
    stored.push(text)
    return STORED
  })
  await sender.send({ lines: lines.join('\n'), suspects: NONE }, FOREVER)
  expect(letters.length + stored.join('\n').split('\n').length).toBe(200)
  expect(letters).toEqual([])
})

test('who waits for a store is let go with the reason', async () => {
  const { sender } = senderOver(() => ({ kind: 'refused', reason: 'HTTP 401' }))
  const giving = new AbortController()
  const sending = sender.send({ lines: 'a v=1 1', suspects: NONE }, giving.signal)
  const over = new Error('closed')
  giving.abort(over)
  await expect(sending).rejects.toBe(over)
  expect(sender.failure).toEqual({ kind: 'refused', reason: 'HTTP 401' })
})

test.each([
  [204, 'stored'],
  [200, 'stored'],
  [400, 'bad-lines'],
  [422, 'bad-lines'],
  [401, 'refused'],
  [403, 'refused'],
  [404, 'refused'],
  [413, 'too-long'],
  [429, 'later'],
  [500, 'later'],
  [503, 'later'],
  [302, 'later'],
])('HTTP %i is %s', (status, kind) => {
  expect(toOutcome(status, '', undefined).kind).toBe(kind)
})

test.each([
  ['120', 120_000],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['999999', 600_000],
  ['soon', undefined],
  [undefined, undefined],
])('Retry-After: %s is %s ms', (header, waitMs) => {
  expect(readRetryAfterMs(header, Date.parse('2026-11-22T10:00:00Z'), 600_000)).toBe(waitMs)
})
