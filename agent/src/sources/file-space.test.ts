import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'

import { FileSpace } from './file-space.ts'
import { toFailedAnswer, toSpace } from './space-answer.ts'

const never = new AbortController().signal

test('answers for local file systems at once, without a promise', () => {
  using fileSpace = new FileSpace('/')
  const answers = fileSpace.ask(
    [
      { path: tmpdir(), mayHang: false },
      { path: '/does/not/exist', mayHang: false },
    ],
    never,
  )
  expect(answers).toEqual([expect.objectContaining({ kind: 'answered' }), { kind: 'gone' }])
})

test('asks in order through the helper where one may hang', async () => {
  using fileSpace = new FileSpace('/')
  const answers = fileSpace.ask(
    [
      { path: '/does/not/exist', mayHang: false },
      { path: '/', mayHang: true },
    ],
    AbortSignal.timeout(20_000),
  )
  expect(answers).toBeInstanceOf(Promise)
  expect((await answers)[0]).toEqual({ kind: 'gone' })
})

test('has a local file system that was slow asked by the helper from then on', async () => {
  let nowMs = 0
  const slowly = (): number => (nowMs += 300)
  using fileSpace = new FileSpace('/', slowly)
  const mounts = [{ path: '/', mayHang: false }]
  expect(fileSpace.ask(mounts, never)).toEqual([expect.objectContaining({ kind: 'answered' })])
  expect(fileSpace.ask(mounts, AbortSignal.timeout(20_000))).toBeInstanceOf(Promise)
})

test('counts blocks in fragments where a file system has them', () => {
  const statistics = { type: 0, bsize: 131072, blocks: 10, bfree: 4, bavail: 3, files: 0, ffree: 0 }
  expect(toSpace({ ...statistics, frsize: 4096 }).totalBytes).toBe(40_960)
  expect(toSpace({ ...statistics, frsize: 0 })).toMatchObject({
    totalBytes: 1_310_720,
    availableBytes: 393_216,
    freeBytes: 524_288,
  })
})

test.each([
  { code: 'EACCES', answer: { kind: 'forbidden' } },
  { code: 'ENOENT', answer: { kind: 'gone' } },
  { code: 'ESTALE', answer: { kind: 'failed', code: 'ESTALE' } },
])('takes $code for $answer.kind', ({ code, answer }) => {
  expect(toFailedAnswer(code)).toEqual(answer)
})
