import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { openLog } from './log.ts'
import { textOf } from './run-program.ts'
import { credentialsBeside, readSecret, Secret } from './secret.ts'

async function secretFile(text: string, mode: number): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'wardround-secret-')), 'token')
  await writeFile(file, text)
  await chmod(file, mode)
  return file
}

test('a secret shows itself to reveal() alone', () => {
  const secret = new Secret('hunter2')
  for (const shown of [
    String(secret),
    JSON.stringify({ secret }),
    inspect(secret),
    inspect({ a: [secret] }),
  ]) {
    expect(shown).not.toContain('hunter2')
  }
  expect(secret.reveal()).toBe('hunter2')
})

test('a secret file is read without its line end', async () => {
  const file = await secretFile('hunter2\n', 0o640)
  expect((await readSecret({ file }, {})).reveal()).toBe('hunter2')
})

test('a relative secret file is looked up among the credentials', async () => {
  const file = await secretFile('hunter2', 0o600)
  const environment = { CREDENTIALS_DIRECTORY: join(file, '..') }
  expect((await readSecret({ file: 'token' }, environment)).reveal()).toBe('hunter2')
})

test('without credentials of systemd it is looked up beside the configuration, wherever the program runs', async () => {
  const file = await secretFile('hunter2', 0o600)
  for (const environment of [{}, { CREDENTIALS_DIRECTORY: '' }]) {
    const beside = credentialsBeside(join(file, '..', 'collector.yaml'), environment)
    expect((await readSecret({ file: 'token' }, beside)).reveal()).toBe('hunter2')
  }
  const given = { CREDENTIALS_DIRECTORY: '/run/credentials/x' }
  expect(credentialsBeside('/etc/wardround/collector.yaml', given)).toBe(given)
})

test('one that is not there is refused with where it was looked for, and never looked for in the working directory', async () => {
  const beside = credentialsBeside('/nonexistent/collector.yaml', {})
  await expect(readSecret({ file: 'token' }, beside)).rejects.toThrow(
    /secret file \/nonexistent\/token can't be read: .*\$CREDENTIALS_DIRECTORY, without it beside the configuration file/,
  )
  const here = await readSecret({ file: 'package.json' }, {}).catch((error: unknown) => error)
  expect(textOf(here)).toMatchObject({
    zh: expect.stringContaining('“package.json”不是完整路径'),
    en: expect.stringContaining('write its full path'),
  })
})

test.each([
  {
    note: 'a file that everybody may read',
    text: 'hunter2',
    mode: 0o644,
    message: 'can be read by every user',
    chinese: '可被本机所有用户读取',
  },
  { note: 'an empty file', text: '\n', mode: 0o600, message: 'is empty', chinese: '为空' },
])(
  '$note is refused, and the message does not hold the secret',
  async ({ text, mode, message, chinese }) => {
    const file = await secretFile(text, mode)
    const error: unknown = await readSecret({ file }, {}).catch((reason: unknown) => reason)
    expect(String(error)).toContain(message)
    expect(textOf(error).zh).toContain(chinese)
    expect(String(error)).not.toContain('hunter2')
  },
)

test('a variable that is not set is refused by its name', async () => {
  await expect(readSecret({ env: 'WR_TOKEN' }, {})).rejects.toThrow(
    'environment variable WR_TOKEN is not set',
  )
})

test('logs redact what is named like a secret', () => {
  const lines: string[] = []
  const log = openLog({ name: 'test', destination: { write: (line) => void lines.push(line) } })
  log.info(
    {
      token: 'hunter2',
      request: { headers: { authorization: 'Bearer hunter2' }, password: 'hunter2' },
    },
    'asked',
  )
  expect(lines.join('')).not.toContain('hunter2')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    name: 'test',
    token: '<secret>',
  })
})
