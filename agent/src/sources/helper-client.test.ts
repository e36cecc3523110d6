import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { HelperClient } from './helper-client.ts'
import { ProgramUnavailable } from './program-unavailable.ts'

const LIMITS = { deadlineMs: 60_000 }
const SCAN = { command: 'smart-scan' } as const

/** A stand-in for the helper: `answer` is given each request, and the connection that it came by. */
class StandInHelper implements AsyncDisposable {
  readonly path: string
  readonly requests: string[] = []
  readonly #server: Server
  readonly #directory: string

  private constructor(directory: string, answer: (connection: Socket) => void) {
    this.#directory = directory
    this.path = join(directory, 'helper.sock')
    this.#server = createServer((connection) => {
      connection.on('error', () => undefined)
      connection.once('data', (line) => {
        this.requests.push(line.toString())
        answer(connection)
      })
    })
  }

  static async start(answer: (connection: Socket) => void): Promise<StandInHelper> {
    const helper = new StandInHelper(await mkdtemp(join(tmpdir(), 'helper-client-')), answer)
    await new Promise<void>((resolve) => helper.#server.listen(helper.path, () => resolve()))
    return helper
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    await rm(this.#directory, { recursive: true })
  }
}

const OUTCOME = { exitCode: 4, stdout: '{}', stderr: '' }

test('sends a request as one line and gives the outcome', async () => {
  await using helper = await StandInHelper.start((connection) =>
    connection.end(`${JSON.stringify({ ok: true, ...OUTCOME })}\n`),
  )
  using client = new HelperClient(helper.path)
  const request = { command: 'smart-read', device: '/dev/sda', type: 'megaraid,3' } as const
  expect(await client.run(request, LIMITS)).toEqual(OUTCOME)
  expect(await client.run(SCAN, LIMITS)).toEqual(OUTCOME)
  expect(helper.requests).toEqual([
    '{"command":"smart-read","device":"/dev/sda","type":"megaraid,3"}\n',
    '{"command":"smart-scan"}\n',
  ])
})

test('reads ages of passwords', async () => {
  const accounts = [{ name: 'root', password: 'set', lastChangeDay: 20000 }, 7, { name: 1 }]
  await using helper = await StandInHelper.start((connection) =>
    connection.end(`${JSON.stringify({ ok: true, accounts })}\n`),
  )
  using client = new HelperClient(helper.path)
  expect(await client.readShadowAges(LIMITS)).toEqual(accounts.slice(0, 1))
})

test.each([
  { error: 'NOT_PERMITTED', code: 'NOT_PERMITTED' },
  { error: 'DEADLINE', code: 'DEADLINE' },
  { error: 'FLOOD', code: 'FLOOD' },
  { error: 'REFUSED', code: 'REFUSED' },
  { error: 'SOMETHING', code: 'UNREADABLE' },
])('takes $error as $code', async ({ error, code }) => {
  await using helper = await StandInHelper.start((connection) =>
    connection.end(`${JSON.stringify({ ok: false, error, message: 'why' })}\n`),
  )
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ code })
})

test('tells a program that is not installed from a helper that is not there', async () => {
  const message = '/usr/sbin/smartctl is not installed'
  await using helper = await StandInHelper.start((connection) =>
    connection.end(`${JSON.stringify({ ok: false, error: 'NOT_INSTALLED', message })}\n`),
  )
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ why: 'not-installed' })
  using other = new HelperClient(`${helper.path}.absent`)
  await expect(other.run(SCAN, LIMITS)).rejects.toMatchObject({ why: 'no-helper' })
  await expect(other.run(SCAN, LIMITS)).rejects.toBeInstanceOf(ProgramUnavailable)
})

test.each([
  { note: 'no JSON', sent: 'hello\n' },
  { note: 'another JSON', sent: '[1,2]\n' },
  { note: 'members of other types', sent: '{"ok":true,"exitCode":"0"}\n' },
  { note: 'nothing', sent: '' },
])('does not understand $note', async ({ sent }) => {
  await using helper = await StandInHelper.start((connection) => connection.end(sent))
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ code: 'UNPARSABLE' })
})

test('takes no answer that is longer than the program could have made it', async () => {
  await using helper = await StandInHelper.start((connection) => {
    const stdout = 'x'.repeat(5 * 1024 * 1024)
    connection.end(`${JSON.stringify({ ok: true, ...OUTCOME, stdout })}\n`)
  })
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ code: 'FLOOD' })
  const drives = await client.run({ command: 'storcli-drives' }, LIMITS)
  expect(drives.stdout).toHaveLength(5 * 1024 * 1024)
})

test('asks nothing more of a kind whose program hangs, until its connection closes', async () => {
  const held: Socket[] = []
  await using helper = await StandInHelper.start((connection) => {
    if (held.push(connection) > 1) connection.end(`${JSON.stringify({ ok: true, ...OUTCOME })}\n`)
    else connection.write('{"ok":false,"error":"DEADLINE","message":"ended"}\n')
  })
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ code: 'DEADLINE' })
  await expect(client.run(SCAN, LIMITS)).rejects.toMatchObject({ code: 'NOT_ANSWERING' })
  expect(helper.requests).toHaveLength(1)
  held[0]?.end()
  await expect.poll(async () => client.run(SCAN, LIMITS).catch(() => undefined)).toEqual(OUTCOME)
})

test('gives up at its own deadline', async () => {
  await using helper = await StandInHelper.start(() => undefined)
  using client = new HelperClient(helper.path)
  await expect(client.run(SCAN, { deadlineMs: 50 })).rejects.toMatchObject({ code: 'DEADLINE' })
  const stopped = AbortSignal.abort()
  await expect(client.run(SCAN, { ...LIMITS, signal: stopped })).rejects.toThrow(Error)
})

/** What systemd does with Accept=yes: the helper's own program has the connection as its standard input and output. */
async function startRealHelper(): Promise<AsyncDisposable & { readonly path: string }> {
  const main = fileURLToPath(new URL('main.ts', import.meta.resolve('@wardround/helper')))
  const directory = await mkdtemp(join(tmpdir(), 'real-helper-'))
  const path = join(directory, 'helper.sock')
  const server = createServer({ pauseOnConnect: true }, (connection) => {
    spawn(process.execPath, [main], { stdio: [connection, connection, 'ignore'] })
    connection.destroy()
  })
  await new Promise<void>((resolve) => server.listen(path, () => resolve()))
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.close()
      await rm(directory, { recursive: true })
    },
  }
}

test('is understood by the helper itself', async () => {
  await using helper = await startRealHelper()
  using client = new HelperClient(helper.path)
  const scan = await client.run(SCAN, LIMITS).catch((error: unknown) => error)
  if (scan instanceof Error) expect(scan).toMatchObject({ why: 'not-installed' })
  else expect(scan).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('smartctl') })
  const hostile = { command: 'smart-read', device: '/dev/sda; id' } as const
  await expect(client.run(hostile, LIMITS)).rejects.toMatchObject({ code: 'REFUSED' })
  const ages = await client.readShadowAges(LIMITS).catch((error: unknown) => error)
  if (ages instanceof Error) expect(ages).toMatchObject({ code: 'UNREADABLE' })
  else expect(ages).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'root' })]))
})
