import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { openLog } from '@wardround/program'
import type { Alert, Transition } from '../../rules/alert.ts'
import { alertLabels } from '../../rules/alerts/alert-labels.ts'
import { labelFingerprint } from '../../rules/alerts/fingerprint.ts'
import { catalogue } from '../../rules/testing/rules-from-yaml.ts'
import { AlertFeed } from '../alert-feed.ts'
import type { Notice } from '../notice.ts'
import { aChannel } from '../testing/a-channel.ts'
import { sendOnce } from '../testing/send-once.ts'
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

interface PostedName {
  readonly labels: { readonly alertname: string }
  readonly endsAt: string
}

function hasEnded(alert: Alert): Transition {
  return { kind: 'resolved', atMs: Date.now(), reason: 'condition', alert, before: undefined }
}

describe('fed by the list of live alerts (A15)', () => {
  const log = openLog({ name: 'test', level: 'silent' })
  const open = async (url: string, alerts: () => readonly Alert[], againEveryMs: number) => {
    const channel = await aChannel({ type: 'alertmanager', url })
    const feed = new AlertFeed({
      channels: () => [channel],
      alerts,
      externalUrl: () => 'http://monitor:8470',
      version: '0',
      log,
      againEveryMs,
    })
    return feed
  }

  test('a real Alertmanager tells what fires and what has ended, once each', async ({ skip }) => {
    skip(PROGRAM === undefined, 'prometheus-alertmanager is not installed')
    await using hook = await startWebhookServer()
    await using alertmanager = await startAlertmanager(hook.url)
    const startsAtMs = Date.now() - 1000
    const alert = anAlert({ startsAtMs, severitySinceMs: startsAtMs })
    let live: readonly Alert[] = [alert, anAlert({ phase: 'pending', fingerprint: 'p' })]
    await using feed = await open(alertmanager.url, () => live, 100)
    await hook.untilHits(1)
    const answer = await fetch(`${alertmanager.url}/api/v2/alerts`)
    const held = JSON.parse(await answer.text())
    expect(held).toMatchObject([{ fingerprint: alert.fingerprint }])
    const holdsForMs = Date.parse(held[0].endsAt) - Date.now()
    expect(holdsForMs).toBeGreaterThan(3 * 60_000)
    expect(holdsForMs).toBeLessThanOrEqual(4 * 60_000)
    live = []
    const ended = { ...alert, endsAtMs: Date.now() }
    feed.changed(hasEnded(ended))
    const hits = await hook.untilHits(2)
    // Both are told again and again all the while.
    await new Promise((resolve) => setTimeout(resolve, 1500))
    expect(hits.map(({ body }): AlertPayload => JSON.parse(body).status)).toEqual([
      'firing',
      'resolved',
    ])
  })

  test('what fires is told every time, what has ended for a quarter of an hour, the rest never', async () => {
    await using server = await startWebhookServer()
    const nowMs = Date.now()
    const long = anAlert({
      fingerprint: 'long',
      labels: { alertname: 'long' },
      endsAtMs: nowMs - 16 * 60_000,
    })
    const lately = anAlert({
      fingerprint: 'lately',
      labels: { alertname: 'lately' },
      endsAtMs: nowMs - 14 * 60_000,
    })
    const again = anAlert({
      fingerprint: 'again',
      labels: { alertname: 'again' },
      endsAtMs: nowMs - 1000,
    })
    const { endsAtMs: _, ...firing } = again
    await using feed = await open(server.url, () => [{ ...firing, endsAtMs: undefined }], 50)
    for (const alert of [long, lately, again]) feed.changed(hasEnded(alert))
    const told = (await server.untilHits(3)).map(({ body }) =>
      JSON.parse(body).map(({ labels }: { labels: { alertname: string } }) => labels.alertname),
    )
    expect(told.slice(0, 3)).toEqual([
      ['again', 'lately'],
      ['again', 'lately'],
      ['again', 'lately'],
    ])
    expect(server.hits[0]?.path).toBe('/hook/api/v2/alerts')
  })

  test('a channel that breaks stops neither the feed nor the others', async () => {
    await using server = await startWebhookServer()
    const whole = await aChannel({ type: 'alertmanager', url: server.url })
    const broken = { ...whole, name: 'broken', tellAll: () => Promise.reject(new Error('broken')) }
    await using _feed = new AlertFeed({
      channels: () => [broken, whole],
      alerts: () => [anAlert()],
      externalUrl: () => 'http://monitor:8470',
      version: '0',
      log,
      againEveryMs: 20,
    })
    expect(await server.untilHits(2)).toHaveLength(2)
  })

  test('what ended under an earlier process is told on, what began again or is of the past is not', async () => {
    await using server = await startWebhookServer()
    const named = (alertname: string) => anAlert({ fingerprint: alertname, labels: { alertname } })
    const endedOf = (alertname: string, minutesAgo: number) =>
      hasEnded({ ...named(alertname), endsAtMs: Date.now() - minutesAgo * 60_000 })
    const again = { ...hasEnded(named('again')), kind: 'firing' as const }
    const changed = {
      ...hasEnded(named('critical')),
      kind: 'severity' as const,
      before: endedOf('warning', 2).alert,
    }
    const transitions = [
      endedOf('lately', 14),
      endedOf('long', 16),
      endedOf('again', 3),
      again,
      changed,
    ]
    const records = transitions.map((one) => ({
      kind: one.kind as string,
      json: JSON.stringify(one),
    }))
    records.push({ kind: 'past', json: JSON.stringify(endedOf('past', 1)) })
    await using feed = await open(server.url, () => [], 50)
    feed.recall(records)
    const [hit] = await server.untilHits(1)
    const told: PostedName[] = JSON.parse(hit?.body ?? '')
    expect(told.map(({ labels }) => labels.alertname)).toEqual(['lately', 'warning'])
    expect(told.every(({ endsAt }) => Date.parse(endsAt) < Date.now())).toBe(true)
  })

  test('names that an Alertmanager refuses are made legal, and empty values left out', async () => {
    await using server = await startWebhookServer()
    const labels = { alertname: 'x', 'mount.path-1': '/u01', '9th': 'y', empty: '' }
    await using _feed = await open(server.url, () => [anAlert({ labels })], 50)
    const [hit] = await server.untilHits(1)
    expect(JSON.parse(hit?.body ?? '')[0].labels).toEqual({
      alertname: 'x',
      mount_path_1: '/u01',
      _9th: 'y',
    })
  })

  test('no two alerts of any measurement are told under the same labels', async () => {
    await using server = await startWebhookServer()
    // Of each measurement one alert, and one more for each tag by which alone that differs from it.
    const alerts = catalogue.names.flatMap((measurement) => {
      const { identifyingTags = [] } = catalogue.measurement(measurement) ?? {}
      return [undefined, ...identifyingTags].map((differing) => {
        const values = identifyingTags.map((tag) => [tag, tag === differing ? 'other' : 'same'])
        const tags: Record<string, string> = Object.fromEntries(values)
        const subject = { ruleId: measurement, measurement, host: 'db1', key: 'db1', tags }
        const labels = alertLabels(subject, 'critical', {})
        return anAlert({ labels, fingerprint: labelFingerprint(labels) })
      })
    })
    await using _feed = await open(server.url, () => alerts, 50)
    const told = () => {
      const posted = server.hits.flatMap(({ body }): PostedName[] => JSON.parse(body))
      return new Set(posted.map(({ labels }) => JSON.stringify(labels))).size
    }
    await expect.poll(told).toBe(alerts.length)
    expect(alerts.length).toBeGreaterThan(200)
  })

  test('a notice that waited for long says nothing of what fired then', async () => {
    await using server = await startWebhookServer()
    const channel = await aChannel({ type: 'alertmanager', url: server.url })
    const alerts = [aNoticeAlert(), aNoticeAlert({ alert: anAlert({ endsAtMs: 1 }) })]
    const nowMs = FIRED_AT_MS + 3_600_000
    expect(await sendOnce(channel, [aNotice({ alerts })], { nowMs })).toEqual({ kind: 'accepted' })
    expect(JSON.parse(server.hits[0]?.body ?? '')).toHaveLength(1)
  })
})
