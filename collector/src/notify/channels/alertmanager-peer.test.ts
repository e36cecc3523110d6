import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import type { Notice } from '../notice.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { buildPayload, type AlertPayload } from './alert-payload.ts'
import { anAlert, FIRED_AT_MS } from '../testing/a-transition.ts'
import { startWebhookServer } from '../testing/webhook-server.ts'

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

/** Starts a real Alertmanager that sends each alert to `hook` in a group of its own, on a port that the system chooses. */
async function startAlertmanager(hook: string): Promise<{ url: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-alertmanager-'))
  const config = `route: {receiver: duty, group_by: [alertname, host, path, project], group_wait: 0s, group_interval: 1s}
receivers: [{name: duty, webhook_configs: [{url: "${hook}"}]}]
`
  await writeFile(join(directory, 'config.yml'), config)
  const child = spawn(
    PROGRAM ?? '',
    [
      `--config.file=${join(directory, 'config.yml')}`,
      `--storage.path=${directory}`,
      '--web.listen-address=127.0.0.1:0',
      '--web.external-url=http://monitor:8470/',
      '--web.route-prefix=/',
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(child, 'close')
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const url = `http://${await readAddress(child.stderr)}`
    await expect.poll(() => isReady(url)).toBe(true)
    return { url, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The address that it says it listens on. Rejects with all that it said if it ends without. */
async function readAddress(stderr: Readable): Promise<string> {
  const said: string[] = []
  const address = Promise.withResolvers<string>()
  stderr.on('data', (chunk: Buffer) => {
    said.push(String(chunk))
    const found = /Listening on"? address=(\S+:\d+)\s/.exec(said.join(''))?.[1]
    if (found !== undefined) address.resolve(found)
  })
  stderr.on('end', () => {
    address.reject(new Error(`Alertmanager ended before it listened: ${said.join('')}`))
  })
  return address.promise
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
  await answer?.body?.cancel()
  return answer?.status === 200
}

async function post(url: string, notice: Notice): Promise<void> {
  const { alerts } = buildPayload(notice)
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

describe('beside a real Alertmanager', () => {
  test('what it sends about our alert is what we send ourselves', async ({ skip }) => {
    skip(PROGRAM === undefined, 'prometheus-alertmanager is not installed')
    await using hook = await startWebhookServer()
    await using alertmanager = await startAlertmanager(hook.url)
    const firing = aNotice({ externalUrl: 'http://monitor:8470' })
    const alert = anAlert({ endsAtMs: FIRED_AT_MS + 60_000 })
    const resolved = { ...firing, alerts: [aNoticeAlert({ alert })] }
    await post(alertmanager.url, firing)
    await hook.untilHits(1)
    await post(alertmanager.url, resolved)
    const hits = await hook.untilHits(2)
    const theirs = hits.map(({ body }): AlertPayload => JSON.parse(body))
    expect(theirs).toEqual([buildPayload(firing), buildPayload(resolved)])
    const members = theirs.map((payload) =>
      [payload, payload.alerts[0]].map((one) => Object.keys(one ?? {})),
    )
    expect(members).toEqual(
      [firing, resolved]
        .map((notice) => buildPayload(notice))
        .map((payload) => [payload, payload.alerts[0]].map((one) => Object.keys(one ?? {}))),
    )
  })
})
