import fc from 'fast-check'
import { expect, test } from 'vitest'

import { FrameReader, FramingError, MAX_FRAME_BYTES } from './frame-reader.ts'

function read(text: string | Buffer, step = Number.MAX_SAFE_INTEGER): string[] {
  const reader = new FrameReader()
  const bytes = Buffer.from(text)
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; at += step)
    frames.push(...reader.push(bytes.subarray(at, at + step)))
  return [...frames, ...reader.end()].map(String)
}

test.each([
  { note: 'lines', text: '<1>a\n<2>b\r\n<3>c', frames: ['<1>a', '<2>b', '<3>c'] },
  { note: 'zero bytes', text: '<1>a\0<2>b\0', frames: ['<1>a', '<2>b'] },
  { note: 'lengths', text: '6 <1>a\nb5 <2>cd', frames: ['<1>a\nb', '<2>cd'] },
  { note: 'both in turn', text: '4 <1>a<2>b\n4 <3>c', frames: ['<1>a', '<2>b', '<3>c'] },
  { note: 'empty lines', text: '\n\n<1>a\n', frames: ['<1>a'] },
  { note: 'a length without its message', text: '400 <1>a', frames: [] },
])('takes $note apart, however the stream is cut', ({ text, frames }) => {
  for (const step of [1, 2, 3, 1_000]) expect(read(text, step)).toEqual(frames)
})

test('of a message that is too long the beginning is given, and the next one found', () => {
  const long = 'x'.repeat(3 * MAX_FRAME_BYTES)
  for (const step of [1_000, 100_000, 10_000_000]) {
    expect(read(`<1>${long}\n<2>b\n`, step).map((frame) => frame.length)).toEqual([
      MAX_FRAME_BYTES,
      4,
    ])
    expect(read(`${long.length} ${long}4 <2>b`, step).map((frame) => frame.length)).toEqual([
      MAX_FRAME_BYTES,
      4,
    ])
  }
})

test.each(['1x <1>a', '99999999 <1>a', '1234567890'])('%s is no syslog', (text) => {
  expect(() => read(text)).toThrow(FramingError)
})

test('whatever comes, it holds no more than a message, and what it gives is part of the stream', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
      const reader = new FrameReader()
      const all = Buffer.concat(chunks)
      try {
        for (const chunk of chunks)
          for (const frame of reader.push(Buffer.from(chunk)))
            expect(all.includes(frame)).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(FramingError)
      }
    }),
  )
})
