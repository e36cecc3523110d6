import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { bundleProgram } from './bundle.ts'

let directory: string
let agent: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundle-thick-'))
  agent = await bundleProgram('agent', directory)
})

afterAll(() => rm(directory, { recursive: true, force: true }))

/** What of the drivers beside the bundle is for this platform alone. */
async function findBinary(): Promise<string | undefined> {
  const files = await readdir(join(directory, 'wardround-agent-drivers'))
  return files.find((file) => file.endsWith(`-${process.platform}-${process.arch}.node`))
}

/** Runs `test oracle.up` of the bundle for a source in thick mode, whose client is not there. */
async function testThick(): Promise<string> {
  const secret = join(directory, 'secret')
  await writeFile(secret, 'x', { mode: 0o600 })
  const source = {
    type: 'oracle',
    instance: 'old1',
    mode: 'thick',
    clientDirectory: join(directory, 'no-client'),
    connect: '127.0.0.1:1/HCDB',
    user: 'wardround',
    password: { file: secret },
  }
  const config = {
    collector: { url: 'ws://127.0.0.1:9/agent/v1', token: { file: secret } },
    state: join(directory, 'state'),
    sources: [source],
  }
  const file = join(directory, 'agent.yaml')
  await writeFile(file, JSON.stringify(config)) // JSON is YAML
  const args = [agent, 'test', 'oracle.up', '--config', file, '--lang', 'en']
  return new Promise((resolve) => {
    execFile(process.execPath, args, (_, out, err) => resolve(out + err))
  })
}

test('the bundle has the binaries of thick mode beside it, and its child loads the one of this platform', async () => {
  expect(await findBinary()).toMatch(/^oracledb-/)
  const out = await testThick()
  expect(out).toContain('oracle_up{instance="old1"} error_code 13')
  expect(out).toContain('DPI-1047')
  expect(out).toContain('Instant Client 19')
})

test('a binary that is missing is told with the place where it must lie', async () => {
  await rm(join(directory, 'wardround-agent-drivers', (await findBinary()) ?? ''))
  const out = await testThick()
  expect(out).toContain('oracle_up{instance="old1"} error_code 13')
  expect(out).toContain(join(directory, 'wardround-agent-drivers'))
})
