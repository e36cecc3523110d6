import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const STARTER = fileURLToPath(new URL('../../bin/wardround-agent.mjs', import.meta.url))

let directory: string
let config: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'pause-'))
  config = join(directory, 'agent.yaml')
  await mkdir(join(directory, 'state'))
  await writeFile(join(directory, 'secret'), 'x', { mode: 0o600 })
  await writeFile(
    config,
    `collector: {url: ws://127.0.0.1:9/agent/v1, token: {file: ${join(directory, 'secret')}}}
state: ${join(directory, 'state')}
sources:
  - {type: postgresql, instance: his, connect: 127.0.0.1:1/postgres, user: a}
`,
  )
})
afterEach(() => rm(directory, { recursive: true, force: true }))

function agent(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const all = [STARTER, ...args, '--config', config, '--lang', 'en']
  return new Promise((resolve) => {
    execFile(process.execPath, all, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

test('without a running agent a pause is written down for its start, and resume takes it back', async () => {
  const paused = await agent('pause', 'his')
  expect(paused).toMatchObject({ code: 0, out: expect.stringContaining('is marked as paused') })
  const file = join(directory, 'state', 'sources', 'his.json')
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    pausedSinceMs: expect.any(Number),
  })
  const tried = await agent('test', 'postgresql.up')
  expect(tried.out).toContain('paused by hand since')
  expect(await agent('resume', 'his')).toMatchObject({ code: 0 })
  expect(await readdir(join(directory, 'state', 'sources'))).toEqual([])
})

test('a source that is not configured is refused with those that are', async () => {
  expect(await agent('pause', 'hcdb')).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected one of his'),
  })
})
