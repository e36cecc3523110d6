import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const BIN = fileURLToPath(new URL('../../bin/wardround-collector.mjs', import.meta.url))
const TOKEN = 'glsa_stand-in'

interface Asked {
  readonly method: string
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}

interface StandIn {
  readonly url: string
  readonly asked: readonly Asked[]
}

type Answer = (asked: Asked) => { status: number; body: unknown } | undefined

/** A stand-in for Grafana on loopback: folders and dashboards of its HTTP API, and what a test says otherwise. */
async function startStandInGrafana(otherwise: Answer = () => undefined): Promise<StandIn> {
  const asked: Asked[] = []
  const folders = new Set<string>()
  const server = createServer((request, response) => {
    void (async () => {
      const one = await readAsked(request)
      asked.push(one)
      const { status, body } = otherwise(one) ?? answerLikeGrafana(one, request, folders)
      response.writeHead(status, {
        'content-type': typeof body === 'string' ? 'text/html' : 'application/json',
      })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })()
  })
  return { url: await listen(server), asked }
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const written = await text(request)
  const body = (written === '' ? {} : JSON.parse(written)) as Record<string, unknown>
  return { method: request.method ?? '', path: request.url ?? '', body }
}

function answerLikeGrafana(
  { method, path, body }: Asked,
  { headers }: IncomingMessage,
  folders: Set<string>,
) {
  if (headers.authorization !== `Bearer ${TOKEN}`)
    return { status: 401, body: { message: 'Invalid API key' } }
  if (method === 'GET' && path.startsWith('/api/folders/')) {
    const uid = path.slice('/api/folders/'.length)
    return folders.has(uid)
      ? { status: 200, body: { uid } }
      : { status: 404, body: { message: 'folder not found' } }
  }
  if (method === 'POST' && path === '/api/folders') {
    folders.add(String(body['uid']))
    return { status: 200, body }
  }
  if (method === 'POST' && path === '/api/dashboards/db') {
    const dashboard = body['dashboard'] as { uid: string; id: null }
    if (dashboard.id !== null) return { status: 404, body: { message: 'Dashboard not found' } }
    if (!folders.has(String(body['folderUid'])))
      return { status: 400, body: { message: 'folder not found' } }
    return {
      status: 200,
      body: { status: 'success', uid: dashboard.uid, url: `/d/${dashboard.uid}/x` },
    }
  }
  return { status: 404, body: { message: 'Not found' } }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function install(...args: string[]): Promise<{ code: unknown; out: string; err: string }> {
  const language = args.includes('--lang') ? [] : ['--lang', 'en']
  const child = spawn(process.execPath, [BIN, 'dashboards', 'install', ...language, ...args], {
    env: { PATH: process.env['PATH'] },
  })
  const [out, err] = [text(child.stdout), text(child.stderr)]
  const [code] = (await once(child, 'close')) as unknown[]
  return { code, out: await out, err: await err }
}

test('puts every board into a folder of its own, and does the same again', async () => {
  const grafana = await startStandInGrafana()
  const first = await install('--url', `${grafana.url}/`, '--token', TOKEN)
  expect(first).toMatchObject({ code: 0, err: '' })
  expect(first.out).toMatch(/^Overview\t\/d\/wardround-overview\/x$/m)
  const boards = grafana.asked.filter(({ path }) => path === '/api/dashboards/db')
  expect(boards.length).toBeGreaterThanOrEqual(16)
  for (const { body } of boards)
    expect(body).toMatchObject({ folderUid: 'wardround', overwrite: true })
  expect(first.out).toContain(`${boards.length} boards are in the folder Wardround`)
  expect(JSON.stringify(boards[0]!.body)).toContain('$timeFilter')

  const again = await install('--url', grafana.url, '--token', TOKEN)
  expect(again.code).toBe(0)
  expect(
    grafana.asked.filter(({ method, path }) => method === 'POST' && path === '/api/folders'),
  ).toHaveLength(1)
})

test('takes the boards of the store, and texts in the language of the messages', async () => {
  const grafana = await startStandInGrafana()
  const { out } = await install(
    '--url',
    grafana.url,
    '--token',
    TOKEN,
    '--store',
    'victoriametrics',
    '--lang',
    'zh-CN',
  )
  expect(out).toMatch(/^总览\t/m)
  expect(out).toContain('个看板放入 Grafana')
  const [board] = grafana.asked.filter(({ path }) => path === '/api/dashboards/db')
  expect(JSON.stringify(board!.body)).toContain('$__rate_interval')
})

test('reads the token from a file', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-grafana-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  await writeFile(join(directory, 'token'), `${TOKEN}\n`)
  const grafana = await startStandInGrafana()
  const { code } = await install('--url', grafana.url, '--token-file', join(directory, 'token'))
  expect(code).toBe(0)
})

test.each([
  [['--token', 'wrong'], 77, 'does not know the token (Invalid API key)'],
  [[], 2, 'one of --token and --token-file is expected'],
  [['--token', TOKEN, '--token-file', '/x'], 2, 'one of --token and --token-file is expected'],
  [['--token-file', '/no/such/file'], 1, 'no/such/file'],
])('with %j it ends with %i and says so', async (args, code, words) => {
  const grafana = await startStandInGrafana()
  const ended = await install('--url', grafana.url, ...args)
  expect(ended.code).toBe(code)
  expect(ended.err).toContain(words)
  expect(ended.err + ended.out).not.toContain(TOKEN)
})

test.each([
  [{ status: 403, body: { message: 'Access denied' } }, 77, 'needs the role Editor'],
  [{ status: 302, body: '<html>' }, 1, "is not Grafana's API"],
  [{ status: 200, body: '<html>a page</html>' }, 1, "is not Grafana's API"],
  [{ status: 500, body: { message: 'database is locked' } }, 1, 'HTTP 500, database is locked'],
  [
    { status: 400, body: { message: 'Cannot save provisioned dashboard' } },
    1,
    'did not take Agents (wardround-agents): HTTP 400, Cannot save provisioned dashboard',
  ],
])('an answer %j ends it with %i, in words', async (answer, code, words) => {
  const grafana = await startStandInGrafana(({ path }) =>
    path === '/api/dashboards/db' ? answer : undefined,
  )
  const ended = await install('--url', grafana.url, '--token', TOKEN)
  expect(ended.code).toBe(code)
  expect(ended.err).toContain(words)
})

test('where nobody listens, or no address is given, it says that', async () => {
  const server = createServer()
  const url = await listen(server)
  server.close()
  const gone = await install('--url', url, '--token', TOKEN)
  expect(gone.code).toBe(69)
  expect(gone.err).toContain(`Grafana at ${url} can not be reached`)
  const wrong = await install('--url', 'grafana', '--token', TOKEN)
  expect(wrong.code).toBe(2)
  expect(wrong.err).toContain('"grafana" is no address of a Grafana')
})
