import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { pickText } from './language.ts'
import { lockStateDirectory, StateLockedError } from './state-lock.ts'

const HOLD = `
import { lockStateDirectory } from ${JSON.stringify(fileURLToPath(new URL('state-lock.ts', import.meta.url)))}
const lock = await lockStateDirectory(process.argv[1], 'wardround-collector')
await lock.announce('127.0.0.1:8470')
console.log('held')
setInterval(() => {}, 1000)
`

async function holdInChild(directory: string) {
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', HOLD, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

const freshDirectory = () => mkdtemp(join(tmpdir(), 'wardround-lock-'))

test('a second process is refused and told who holds the directory', async () => {
  const directory = await freshDirectory()
  const child = await holdInChild(directory)
  try {
    await expect(lockStateDirectory(directory, 'wardround-collector')).rejects.toThrow(
      new RegExp(
        `in use by wardround-collector with process id ${child.pid}, running since .*, listening on 127\\.0\\.0\\.1:8470`,
      ),
    )
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
})

test.each([
  { holder: undefined, zh: '状态目录 /s 正被另一个进程使用' },
  {
    holder: { program: 'wardround-agent', pid: 7, since: 'T', listen: undefined },
    zh: '正被 wardround-agent（进程号 7，自 T 起运行）使用；请先停止它，或用 --state 另选目录',
  },
])('it is told in Chinese too: $zh', ({ holder, zh }) => {
  expect(pickText(new StateLockedError('/s', holder).text, 'zh-CN')).toContain(zh)
})

test('the lock dies with its holder, however that dies', async () => {
  const directory = await freshDirectory()
  const child = await holdInChild(directory)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await using lock = await lockStateDirectory(directory, 'wardround-agent')
  expect(lock).toBeDefined()
})

test('the lock is free again after it was let go', async () => {
  const directory = await freshDirectory()
  const first = await lockStateDirectory(directory, 'wardround-agent')
  await first[Symbol.asyncDispose]()
  await first[Symbol.asyncDispose]()
  await using second = await lockStateDirectory(directory, 'wardround-agent')
  expect(second).toBeDefined()
  expect(StateLockedError.name).toBe('StateLockedError')
})
