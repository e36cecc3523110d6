import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const STARTER = fileURLToPath(new URL('../bin/wardround-agent.mjs', import.meta.url))

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'wardround-agent-cli-'))
  await writeFile(join(directory, 'token'), 'abc\n', { mode: 0o600 })
  await writeFile(join(directory, 'open-token'), 'abc\n', { mode: 0o644 })
})

afterAll(() => rm(directory, { recursive: true, force: true }))

async function agent(
  ...args: string[]
): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [STARTER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  await once(child, 'close')
  return {
    code: child.exitCode,
    out: Buffer.concat(out).toString(),
    err: Buffer.concat(err).toString(),
  }
}

async function configFile(token: string, more = ''): Promise<string> {
  const file = join(directory, 'agent.yaml')
  await writeFile(
    file,
    `collector: {url: ws://127.0.0.1:1/agent/v1, token: {file: ${join(directory, token)}}}\nstate: ${join(directory, 'state')}\n${more}`,
  )
  return file
}

test('a good configuration is said to be good', async () => {
  const file = await configFile('token')
  const result = await agent('check-config', '--config', file, '--lang', 'en')
  expect(result).toMatchObject({
    code: 0,
    out: expect.stringContaining('the configuration is good'),
  })
})

describe('a bad one ends with 78 and the place', () => {
  test.each([
    {
      note: 'a token file that is not there',
      token: 'none',
      expected: /agent\.yaml:1:\d+: the token can't be used: secret file .*none can't be read/,
    },
    {
      note: 'a token that everybody may read',
      token: 'open-token',
      expected: /agent\.yaml:1:\d+: the token can't be used: .*can be read by every user/,
    },
    {
      note: 'a probe that does not exist',
      token: 'token',
      more: 'probes: {host.cpux: {}}',
      expected: /agent\.yaml:3:10: unknown key "host\.cpux".*did you mean "host\.cpu"\?/,
    },
  ])('$note', async ({ token, more, expected }) => {
    const file = await configFile(token, more)
    const result = await agent('check-config', '--config', file, '--lang', 'en')
    expect(result.code).toBe(78)
    expect(result.err).toMatch(expected)
  })
})

test('without a configuration what is missing is the file', async ({ skip }) => {
  skip(existsSync('/etc/wardround/agent.yaml'), 'not on this machine: an agent is installed')
  const result = await agent('check-config', '--lang', 'zh-CN')
  expect(result.code).toBe(78)
  expect(result.err).toBe(
    '/etc/wardround/agent.yaml:1:1: 没有该文件；请创建它，或用 --config 指定另一个文件\ndefaults:1:1: 缺少“collector”\n',
  )
})

test('a probe is tried for real, and an unknown one is wrong usage with a hint', async () => {
  const file = await configFile('token')
  const good = await agent('test', 'host.mem', '--config', file, '--lang', 'en')
  expect(good).toMatchObject({ code: 0, out: expect.stringMatching(/^mem\{\} total \d+$/m) })
  const bad = await agent('test', 'host.men', '--config', file, '--lang', 'en')
  expect(bad).toMatchObject({ code: 2, err: expect.stringContaining('did you mean "host.mem"?') })
})

test('an empty outbox is sound, and help is in the language asked for', async () => {
  const file = await configFile('token')
  await mkdir(join(directory, 'state'), { recursive: true })
  expect(await agent('outbox', 'verify', '--config', file, '--lang', 'en')).toMatchObject({
    code: 0,
  })
  const alone = await agent('outbox', 'verify', '--state', join(directory, 'state'))
  expect(alone).toMatchObject({ code: 0 })
  expect((await agent('--help', '--lang', 'zh-CN')).out).toContain('采集代理')
  expect((await agent('list-probes', '--lang', 'en')).out).toContain('host.cpu')
})

test('a list whose reader goes away ends quietly', async () => {
  const child = spawn(process.execPath, [STARTER, 'list-probes'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.destroy()
  const said = child.stderr.toArray()
  expect(await once(child, 'close')).toEqual([0, null])
  expect(Buffer.concat((await said) as Buffer[]).toString()).toBe('')
})
