import { mkdir } from 'node:fs/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { reportFailure, textOf } from './run-program.ts'

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('what the system refuses is told with the file and the call, in both languages', async () => {
  const error = await failureOf(mkdir('/dev/null/state', { recursive: true }))
  expect(textOf(error)).toEqual({
    zh: '/dev/null/state：路径中有一段不是目录（mkdir，ENOTDIR）',
    en: "ENOTDIR: not a directory, mkdir '/dev/null/state'",
  })
})

test.each([
  { code: 'EACCES', exitCode: 77, zh: '/x：权限不足（open，EACCES）\n' },
  { code: 'ECONNREFUSED', exitCode: 69, zh: '/x：连接被拒绝（open，ECONNREFUSED）\n' },
  { code: 'EIO', exitCode: 1, zh: '/x：磁盘读写出错（open，EIO）\n' },
  { code: 'EXDEV', exitCode: 1, zh: 'words of Node\n' },
])('$code ends a program with $exitCode', ({ code, exitCode, zh }) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  onTestFinished(() => write.mockRestore())
  const error = Object.assign(new Error('words of Node'), { code, syscall: 'open', path: '/x' })
  expect(reportFailure(error, 'zh-CN')).toBe(exitCode)
  expect(write).toHaveBeenCalledExactlyOnceWith(zh)
})
