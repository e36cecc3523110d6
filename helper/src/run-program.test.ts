import { expect, test } from 'vitest'
import { runProgram } from './run-program.ts'

const LIMITS = { maxBytes: 1_000 }

test('ends a program at its deadline, and tells when nothing of it is left', async () => {
  const { answer, gone } = await runProgram({
    ...LIMITS,
    programs: ['/absent/sleep', '/bin/sleep'],
    args: ['1000'],
    deadlineMs: 100,
  })
  expect(answer).toMatchObject({ ok: false, error: 'DEADLINE' })
  await gone
})

test('passes arguments as they are, through no shell', async () => {
  const hostile = '$(id); `id` "quoted" *'
  const { answer } = await runProgram({
    ...LIMITS,
    programs: ['/bin/echo'],
    args: ['-n', hostile],
    deadlineMs: 60_000,
  })
  expect(answer).toEqual({ ok: true, exitCode: 0, stdout: hostile, stderr: '' })
})
