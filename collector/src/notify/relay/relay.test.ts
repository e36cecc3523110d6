import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@wardround/program'
import { describe, expect, onTestFinished, test } from 'vitest'
import { resolveConfig } from '../../configuration/resolve-config.ts'
import { CollectorHarness, configOf } from '../../testing/collector-harness.ts'
import { MAX_RELAY_BYTES } from '../limits.ts'
import { signHeaders } from '../channels/signature.ts'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice, aNoticeAlert } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { type RobotStandIn, startDingTalk } from '../testing/robot-stand-ins.ts'
import { openMemoryTables } from '../testing/memory-tables.ts'
import { sendOnce } from '../testing/send-once.ts'
import { startWebhookServer, status } from '../testing/webhook-server.ts'
import { RelayInbox } from './relay-inbox.ts'

// Two whole collectors: `north` has no way out, the other has a robot, for which a stand-in stands.

const SECRET = 'relay-secret-of-north'
const RULES = `rules:
  - id: collector_silent
    name: {zh: 监控中心失联, en: Collector is silent}
    noData: collector
    own: true
    critical: {for: 1s, clear: {heartbeats: 1}}
    summary: {zh: '{{host}} 没有心跳', en: '{{host}} is silent'}
`

interface Outside {
  readonly collector: CollectorHarness
  readonly robot: RobotStandIn
  readonly yaml: string
  /** File that holds the secret. */
  readonly secret: string
  readonly rules: string
}

async function startOutside(): Promise<Outside> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-relay-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const secret = join(directory, 'secret')
  await writeFile(secret, SECRET, { mode: 0o600 })
  await writeFile(join(directory, 'own.yaml'), RULES)
  const robot = await startDingTalk()
  onTestFinished(() => robot[Symbol.asyncDispose]())
  const yaml = `rules: {pack: none, directory: ${directory}}
notify:
  channels:
    - {name: group, type: dingtalk, url: '${robot.url}'}
    - {name: private, type: dingtalk, url: '${robot.url}'}
  relayFrom:
    - {name: north, secret: {file: ${secret}}, channels: [group]}
`
  const collector = await CollectorHarness.start({ yaml })
  onTestFinished(() => collector[Symbol.asyncDispose]())
  return { collector, robot, yaml, secret, rules: directory }
}

/** Settings of north's channel. */
const throughOutside = ({ collector, secret }: Outside, more: object = {}) => ({
  type: 'relay',
  url: collector.url('/'),
  as: 'north',
  channel: 'group',
  secret: { file: secret },
  ...more,
})

test('an alert of a collector without a way out reaches the robot behind the other', async () => {
  const outside = await startOutside()
  const channel = JSON.stringify({ name: 'out', ...throughOutside(outside) })
  const yaml = `rules: {pack: none, directory: ${outside.rules}}
notify: {heartbeatsFrom: [south], externalUrl: 'http://north:8470/', channels: [${channel}]}`
  await using north = await CollectorHarness.start({ yaml })
  await expect.poll(() => outside.robot.texts.length, { timeout: 20_000 }).toBe(1)
  expect(outside.robot.texts[0]).toMatch(/【严重】监控中心失联 · south/)
  expect(outside.robot.texts[0]).toContain('(http://north:8470/#/host/south)')
  expect(await metric(north, 'out', 'sent')).toBe(1)
})

const metric = async (harness: CollectorHarness, channel: string, outcome: string) => {
  const text = await (await fetch(harness.url('/metrics'))).text()
  const line = text.split('\n').find((one) => one.includes(`"${channel}"`) && one.includes(outcome))
  return Number(line?.split(' ').at(-1))
}

test('a repeat is taken and changes nothing, also after the other began anew', async () => {
  const outside = await startOutside()
  const channel = await aChannel(throughOutside(outside))
  for (const deliveryId of ['d-1', 'd-1', 'd-2', 'd-1'])
    expect(await sendOnce(channel, [aNotice()], { deliveryId })).toEqual({ kind: 'accepted' })
  await outside.collector.reload(outside.yaml)
  for (const deliveryId of ['d-2', 'd-3'])
    expect(await sendOnce(channel, [aNotice()], { deliveryId })).toEqual({ kind: 'accepted' })
  // One group is told in order: what had come twice would be among the first three.
  await expect.poll(() => metric(outside.collector, 'group', 'sent')).toBe(3)
  expect(outside.robot.texts).toHaveLength(3)
})

test('where the outbox can not be written, nothing is taken', async () => {
  const tables = openMemoryTables()
  tables.failure = new Error('the disk is full')
  let woken = 0
  const notifier = { wake: () => void woken++, nowMs: () => 4321 }
  const inbox = new RelayInbox([], { outbox: tables.outbox, notifier })
  const sender = { name: 'north', secret: new Secret(SECRET), channels: ['group'] }
  const relayed = { deliveryId: 'd-1', channel: 'group', notice: aNotice() }
  await expect(inbox.take(sender, relayed)).rejects.toThrow('the disk is full')
  tables.failure = undefined
  await inbox.take(sender, relayed)
  expect([woken, tables.table.counts()]).toMatchObject([1, { group: { queued: 1 } }])
  // Its age is judged by the notifier's clock, so that is what it is stamped by.
  expect(tables.table.due('group', 4321, 1).deliveries).toMatchObject([{ createdAtMs: 4321 }])
})

test('what is larger than a request may be goes without its last alerts, counted', async () => {
  const outside = await startOutside()
  const channel = await aChannel(throughOutside(outside))
  const labels = { ...anAlert().labels, path: 'x'.repeat(65_536) }
  const alerts = Array.from({ length: 200 }, () => aNoticeAlert({ alert: anAlert({ labels }) }))
  expect(await sendOnce(channel, [aNotice({ alerts })])).toEqual({ kind: 'accepted' })
  await expect.poll(() => outside.robot.texts.length).toBe(1)
  const huge = aNoticeAlert({ quote: 'x'.repeat(MAX_RELAY_BYTES) })
  expect(
    await sendOnce(channel, [aNotice({ alerts: [huge] })], { deliveryId: 'd-2' }),
  ).toMatchObject({ kind: 'refused', reason: 'tooLong' })
})

describe('what is not taken, and why', () => {
  const post = async ({ collector }: Outside, body: string, headers: Record<string, string>) => {
    const answer = await fetch(collector.url('/api/v1/relay'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
      body,
    })
    return { type: answer.headers.get('content-type'), body: await answer.json() }
  }
  const asNorth = { 'wardround-collector': 'north' }
  const bodyOf = (channel: string, notice: unknown = aNotice()) =>
    JSON.stringify({ deliveryId: randomUUID(), channel, notice })
  const signed = (body: string, atMs = Date.now(), secret = SECRET) => ({
    ...asNorth,
    ...signHeaders(secret, body, atMs),
  })
  const good = bodyOf('group')
  const alertWith = (more: object) => bodyOf('group', aNotice({ alerts: [aNoticeAlert(more)] }))
  const cases = [
    { note: 'nobody says who asks', body: good, headers: {}, code: 'COLLECTOR_NOT_EXPECTED' },
    {
      note: 'an unknown collector',
      body: good,
      headers: { ...signed(good), 'wardround-collector': 'sorth' },
      code: 'COLLECTOR_NOT_EXPECTED',
    },
    { note: 'no signature', body: good, headers: asNorth, code: 'SIGNATURE_REFUSED' },
    {
      note: 'signed with another secret',
      body: good,
      headers: signed(good, Date.now(), 'other'),
      code: 'SIGNATURE_REFUSED',
    },
    {
      note: 'another body than was signed',
      body: bodyOf('group'),
      headers: signed(good),
      code: 'SIGNATURE_REFUSED',
    },
    {
      note: 'signed six minutes ago',
      body: good,
      headers: signed(good, Date.now() - 360_000),
      code: 'SIGNATURE_REFUSED',
    },
    {
      note: 'a channel that is not open to it',
      body: bodyOf('private'),
      code: 'CHANNEL_NOT_OPEN',
    },
    { note: 'a channel that is not there', body: bodyOf('none'), code: 'CHANNEL_NOT_OPEN' },
    { note: 'no JSON', body: '{"channel":', code: 'BAD_REQUEST' },
    { note: 'no notice', body: bodyOf('group', {}), code: 'NOT_A_NOTICE' },
    {
      note: 'a severity that nobody knows',
      body: alertWith({ alert: { ...anAlert(), severity: 'fatal' } }),
      code: 'NOT_A_NOTICE',
      detail: /^notice\.alerts\.0\.alert\.severity: /,
    },
    {
      note: 'a time that no calendar has',
      body: alertWith({ alert: { ...anAlert(), startsAtMs: 1e300 } }),
      code: 'NOT_A_NOTICE',
      detail: /startsAtMs: /,
    },
    {
      note: 'an address that breaks out of its link',
      body: bodyOf('group', aNotice({ externalUrl: 'http://a/)[x](http://evil' })),
      code: 'NOT_A_NOTICE',
      detail: /externalUrl: /,
    },
    {
      note: 'a body that is too large',
      body: bodyOf('group', { ...aNotice(), more: 'x'.repeat(MAX_RELAY_BYTES) }),
      code: 'FST_ERR_CTP_BODY_TOO_LARGE',
    },
  ]
  test('each is a problem of its own, and nobody is told', async () => {
    const outside = await startOutside()
    for (const { note, body, headers = signed(body), code, detail = /./ } of cases) {
      const answer = await post(outside, body, headers)
      expect(answer, note).toMatchObject({ body: { code, detail: expect.stringMatching(detail) } })
      expect(answer.type, note).toContain('application/problem+json')
    }
    expect(await post(outside, good, signed(good))).toMatchObject({ body: { status: 'taken' } })
    await expect.poll(() => outside.robot.hits.length).toBe(1)
  })

  test('a token must have been made for the collector that it comes from', async () => {
    const outside = await startOutside()
    const tokenOf = async (name: string) => ({
      authorization: `Bearer ${await outside.collector.createToken('api', name)}`,
    })
    const ask = async (name: string) =>
      (await post(outside, good, { ...signed(good), ...(await tokenOf(name)) })).body
    expect(await ask('grafana')).toMatchObject({ code: 'TOKEN_OF_ANOTHER' })
    expect(await ask('north')).toMatchObject({ status: 'taken' })
  })

  test('the sender is told apart what helps to try again and what does not', async () => {
    const outside = await startOutside()
    const refusals = [
      {
        settings: { as: 'sorth' },
        reason: 'clientError',
        detail: 'HTTP 404 COLLECTOR_NOT_EXPECTED',
      },
      { settings: { channel: 'none' }, reason: 'authError', detail: 'HTTP 403 CHANNEL_NOT_OPEN' },
    ]
    for (const { settings, reason, detail } of refusals) {
      const channel = await aChannel(throughOutside(outside, settings))
      expect(await sendOnce(channel)).toEqual({ kind: 'refused', reason, detail })
    }
    await using gateway = await startWebhookServer()
    const channel = await aChannel(throughOutside(outside, { url: gateway.url }))
    expect(await sendOnce(channel)).toMatchObject({ kind: 'refused', reason: 'serverError' })
    gateway.behaviour = status(503)
    expect(await sendOnce(channel)).toMatchObject({ kind: 'answered', status: 503 })
    expect(outside.robot.hits).toEqual([])
  })
})

test.each([
  {
    note: 'a channel that is not there',
    relayFrom: '{name: north, secret: {env: KEY}, channels: [grp]}',
    problem: /collector\.yaml:10:51: there is no channel "grp"; there are group/,
  },
  {
    note: 'a collector that is there twice',
    relayFrom:
      '{name: north, secret: {env: KEY}, channels: [group]}, {name: north, secret: {env: KEY}, channels: [group]}',
    problem: /collector\.yaml:10:\d+: collector "north" is there twice/,
  },
  {
    note: 'no channel',
    relayFrom: '{name: north, secret: {env: KEY}, channels: []}',
    problem: /collector\.yaml:10:50: \[\] is not acceptable; expected a list of 1 to 100/,
  },
])('a configuration with $note is refused with its place', async ({ relayFrom, problem }) => {
  const yaml = `notify:
  channels:
    - {name: group, type: webhook, url: http://10.0.0.1/}
  relayFrom:
    [${relayFrom}]
`
  const read = async () => resolveConfig(configOf('/nowhere', yaml), { KEY: 'a' })
  await expect(read()).rejects.toThrow(problem)
})
