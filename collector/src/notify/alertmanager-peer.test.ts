import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Transition } from '../rules/alert.ts'
import { buildPayload, type AlertPayload } from './alert-payload.ts'
import { anAlert, aTransition, FIRED_AT_MS } from './testing/a-transition.ts'
import { startWebhookServer } from './testing/webhook-server.ts'

/** Debian's name of it, and the name under which it is built. */
const PROGRAM = ['prometheus-alertmanager', 'alertmanager'].find(isInstalled)

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Starts a real Alertmanager that sends each alert to `hook` in a group of its own. */
async function startAlertmanager(hook: string): Promise<{ url: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-alertmanager-'))
  const config = `route: {receiver: duty, group_by: [alertname, host, path, project], group_wait: 0s, group_interval: 1s}
receivers: [{name: duty, webhook_configs: [{url: "${hook}"}]}]
`
  await writeFile(join(directory, 'config.yml'), config)
  const address = `127.0.0.1:${await freePort()}`
  const child: ChildProcess = spawn(
    PROGRAM ?? '',
    [
      `--config.file=${join(directory, 'config.yml')}`,
      `--storage.path=${directory}`,
      `--web.listen-address=${address}`,
      '--web.external-url=http://monitor:8470/',
      '--web.route-prefix=/',
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await untilListening(child)
  return {
    url: `http://${address}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

async function untilListening({ stderr }: ChildProcess): Promise<void> {
  let log = ''
  for await (const chunk of stderr ?? []) {
    log += String(chunk)
    if (/Listening on|"Listening"/.test(log)) break
  }
  stderr?.resume()
}

async function post(url: string, transition: Transition): Promise<void> {
  const { alerts } = buildPayload(transition, OPTIONS)
  const body = alerts.map(({ labels, annotations, startsAt, endsAt, generatorURL, status }) => ({
    labels,
    annotations,
    startsAt,
    ...(status === 'resolved' ? { endsAt } : {}),
    generatorURL,
  }))
  const answer = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

const OPTIONS = {
  receiver: 'duty',
  externalUrl: 'http://monitor:8470',
  language: 'zh-CN',
  quote: undefined,
} as const

describe.skipIf(PROGRAM === undefined)('beside a real Alertmanager', () => {
  test('what it sends about our alert is what we send ourselves', async () => {
    await using hook = await startWebhookServer()
    await using alertmanager = await startAlertmanager(hook.url)
    const firing = aTransition()
    const resolved = aTransition({
      kind: 'resolved',
      alert: anAlert({ endsAtMs: FIRED_AT_MS + 60_000 }),
    })
    await post(alertmanager.url, firing)
    await hook.untilHits(1)
    await post(alertmanager.url, resolved)
    const hits = await hook.untilHits(2)
    const theirs = hits.map(({ body }): AlertPayload => JSON.parse(body))
    expect(theirs).toEqual([buildPayload(firing, OPTIONS), buildPayload(resolved, OPTIONS)])
    const members = theirs.map((payload) =>
      [payload, payload.alerts[0]].map((one) => Object.keys(one ?? {})),
    )
    expect(members).toEqual(
      [firing, resolved]
        .map((transition) => buildPayload(transition, OPTIONS))
        .map((payload) => [payload, payload.alerts[0]].map((one) => Object.keys(one ?? {}))),
    )
  })
})
