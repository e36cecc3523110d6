import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { lockStateDirectory } from '@wardround/program'
import { expect, onTestFinished, test } from 'vitest'
import { controlSocketsOf } from '../state/state-paths.ts'
import { CollectorHarness } from '../testing/collector-harness.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))
const TIMEOUT = 60_000

async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-call-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return directory
}

/** As an operator types it: nothing of the unit's environment. */
async function collector(state: string, ...words: string[]) {
  const file = join(await makeDirectory(), 'collector.yaml')
  await writeFile(file, `state: ${state}\n`)
  const args = [MAIN, ...words, '--config', file, '--lang', 'en']
  const env = { PATH: process.env['PATH'] }
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, args, { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    )
  })
}

test(
  'commands find the running collector whose socket is in a runtime directory that they don’t know',
  { timeout: TIMEOUT },
  async () => {
    const environment = { RUNTIME_DIRECTORY: await makeDirectory() }
    await using running = await CollectorHarness.start({ environment })
    const created = await collector(running.directory, 'token', 'create', 'db1')
    expect(created).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^\S+\n$/) })
    expect(await collector(running.directory, 'subject', 'list')).toMatchObject({
      code: 0,
      out: 'no device is polled\n',
    })
  },
)

test('where none answers it is said where it was looked for', { timeout: TIMEOUT }, async () => {
  const directory = await makeDirectory()
  const own = join(directory, 'control.sock')
  expect(await collector(directory, 'subject', 'list')).toMatchObject({
    code: 69,
    err: `no collector runs (nothing answers on ${own})\n`,
  })
  await using lock = await lockStateDirectory(directory, 'wardround-collector')
  const other = join(directory, 'other.sock')
  await lock.announce('127.0.0.1:8470', other)
  const refused = await collector(directory, 'token', 'create', 'db1')
  expect(refused.code).toBe(1)
  expect(refused.err).toContain('is in use by wardround-collector')
  expect(refused.err).toContain(`Nothing answers on ${other}, ${own}`)
})

test('the unit’s socket is asked for the unit’s state alone', () => {
  expect(controlSocketsOf('/var/lib/wardround/collector/', undefined)).toEqual([
    '/var/lib/wardround/collector/control.sock',
    '/run/wardround-collector/control.sock',
  ])
  expect(controlSocketsOf('/srv/other', undefined)).toEqual(['/srv/other/control.sock'])
})
