import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startDingTalk } from '../notify/testing/robot-stand-ins.ts'

const BIN = fileURLToPath(new URL('../../bin/wardround-collector.mjs', import.meta.url))

let environment: Readonly<Record<string, string>> = {}

async function testNotify(channels: readonly object[], ...args: string[]) {
  const file = join(await mkdtemp(join(tmpdir(), 'wardround-test-notify-')), 'collector.yaml')
  await writeFile(file, JSON.stringify({ notify: { channels } }))
  const child = spawn(process.execPath, [BIN, 'test-notify', '--config', file, ...args], {
    env: { PATH: process.env['PATH'], SECRET: 'SEC-canary', TOKEN: 'token-canary', ...environment },
  })
  const [out, err] = [child.stdout, child.stderr].map(async (stream) => {
    const chunks: Buffer[] = await stream.toArray()
    return Buffer.concat(chunks).toString()
  })
  const [code] = await once(child, 'close')
  return { code: Number(code), out: (await out) ?? '', err: (await err) ?? '' }
}

test('sends a sample and prints the whole exchange, secrets masked', async () => {
  await using robot = await startDingTalk({ secret: 'SEC-canary' })
  environment = { URL: `${robot.url}?access_token=url-canary` }
  const channels = [
    { name: 'group', type: 'dingtalk', url: { env: 'URL' }, signingSecret: { env: 'SECRET' } },
    { name: 'other', type: 'webhook', url: robot.url, bearerToken: { env: 'TOKEN' } },
  ]
  const { code, out } = await testNotify(channels, '--channel', 'group')
  expect(robot.codes).toEqual([0])
  expect(robot.texts[0]).toContain('【警告·测试】通知测试')
  expect(out).toContain('── group (dingtalk) ──\n> POST http://127.0.0.1:')
  expect(out).toContain('?access_token=<secret>&timestamp=<secret>&sign=<secret>')
  expect(out).toContain('< {"errcode":0,"errmsg":"ok"}')
  expect(out).toMatch(/已送达\n$/)
  expect(out).not.toContain('canary')
  expect(code).toBe(0)
})

test('a refusal is 1, nobody there is 69, and no such channel is wrong usage', async () => {
  await using robot = await startDingTalk({ secret: 'SEC-canary' })
  const refused = { name: 'group', type: 'dingtalk', url: robot.url }
  const gone = { name: 'gone', type: 'webhook', url: 'http://127.0.0.1:1/' }
  expect(await testNotify([refused])).toMatchObject({
    code: 1,
    out: expect.stringContaining('被拒绝：310000'),
  })
  expect(await testNotify([refused, gone], '--lang', 'en')).toMatchObject({
    code: 69,
    out: expect.stringContaining('Not reached: ECONNREFUSED'),
  })
  expect(await testNotify([gone], '--channel', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('没有通道“x”；已配置：gone'),
  })
})
