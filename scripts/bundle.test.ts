import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { bundleProgram } from './bundle.ts'

let directory: string
let agent: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bundle-'))
  agent = await bundleProgram('agent', directory)
}, 60_000)

afterAll(() => rm(directory, { recursive: true, force: true }))

function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [agent, ...args, '--lang', 'en'], (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
    )
  })
}

/** A port of loopback on which nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

describe('the bundled agent', () => {
  test('is one file that holds no driver, with the drivers beside it', async () => {
    const text = await stat(agent)
    expect(text.size).toBeLessThan(2_200_000)
    const drivers = await readdir(join(directory, 'wardround-agent-drivers'))
    expect(drivers.filter((file) => file.endsWith('.mjs')).sort()).toEqual([
      'jks-js.mjs',
      'mysql2.mjs',
      'net-snmp.mjs',
      'node-forge.mjs',
      'oracledb.mjs',
      'pg.mjs',
      're2js.mjs',
      'systeminformation.mjs',
    ])
  })

  test.each(['oracle', 'postgresql', 'mysql', 'tomcat'])(
    'lists what it can send to %s',
    async (type) => {
      const { code, out } = await run('statements', type)
      expect(code).toBe(0)
      expect(out).toContain(`${type}.up`)
    },
  )

  test.each([
    { type: 'oracle', connect: (port: number) => `127.0.0.1:${port}/HCDB` },
    { type: 'postgresql', connect: (port: number) => `127.0.0.1:${port}/postgres` },
    { type: 'mysql', connect: (port: number) => `127.0.0.1:${port}` },
  ])(
    'loads the driver of $type and says that nobody listens',
    async ({ type, connect }) => {
      const file = join(directory, `${type}.yaml`)
      const secret = join(directory, 'secret')
      await writeFile(secret, 'x', { mode: 0o600 })
      const source = {
        type,
        instance: 'a',
        user: 'wardround',
        connect: connect(await closedPort()),
        password: { file: secret },
      }
      const config = {
        collector: { url: 'ws://127.0.0.1:9/agent/v1', token: { file: secret } },
        state: join(directory, 'state'),
        sources: [source],
      }
      await writeFile(file, JSON.stringify(config)) // JSON is YAML
      const { code, out, err } = await run('test', `${type}.up`, '--config', file)
      expect({ code, err }).toEqual({ code: 69, err: '' })
      expect(out).toContain('_up{instance="a"} up 0')
      expect(out).toMatch(/_up\{instance="a"\} error_code 1 \(not reachable\)\n/)
    },
    60_000,
  )
})
