import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const MAIN = join(import.meta.dirname, 'main.ts')

/** What systemd does with Accept=yes: each connection is standard input and output of a program of its own. */
async function askOverSocket(sent: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'helper-socket-'))
  const path = join(directory, 'helper.sock')
  const server = createServer({ pauseOnConnect: true }, (connection: Socket) => {
    spawn(process.execPath, [MAIN], { stdio: [connection, connection, 'ignore'] })
    connection.unref()
    connection.destroy()
  }).listen(path)
  await once(server, 'listening')
  const client = connect(path)
  let text = ''
  client.on('data', (chunk) => (text += chunk.toString()))
  client.write(sent)
  await once(client, 'close')
  server.close()
  await rm(directory, { recursive: true })
  return text
}

test('answers one request of a connection with one line, and ends', async () => {
  const answer = await askOverSocket('{"command":"rm -rf /"}\n{"command":"smart-scan"}\n')
  expect(answer.split('\n')).toHaveLength(2)
  expect(JSON.parse(answer)).toEqual({
    ok: false,
    error: 'REFUSED',
    message: 'there is no such command',
  })
})

test('refuses a line that does not end', async () => {
  const answer = await askOverSocket('x'.repeat(1500))
  expect(JSON.parse(answer)).toMatchObject({ ok: false, error: 'REFUSED' })
})

test('gives what a program of the list says, where it is installed', async () => {
  const answer: unknown = JSON.parse(await askOverSocket('{"command":"smart-scan"}\n'))
  const installed = { ok: true, exitCode: 0 }
  const absent = { ok: false, error: 'NOT_INSTALLED' }
  expect([installed, absent].some((expected) => matches(answer, expected))).toBe(true)
})

function matches(answer: unknown, expected: object): boolean {
  try {
    expect(answer).toMatchObject(expected)
    return true
  } catch {
    return false
  }
}
