import { HttpError, InfluxDB, Point } from '@influxdata/influxdb-client'
import { callControlSocket } from '@wardround/program'
import type { AgentRow, AlertRow } from '@wardround/protocol'
import type { QueryResult } from '@wardround/query'
import { request as ask } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { CollectorHarness } from '../../testing/collector-harness.ts'

const LINE = 'cpu,cpu=cpu-total,host=web1 usage_active=12.5'

interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>> | undefined
  readonly headers: Headers
}

/** Writes lines; times are in ms unless the path says otherwise. */
async function post(
  harness: CollectorHarness,
  token: string | undefined,
  lines: string | Uint8Array<ArrayBuffer>,
  {
    path = '/write?db=telegraf&precision=ms',
    headers = {},
  }: { path?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(harness.url(path), {
    method: 'POST',
    body: lines,
    headers: {
      ...(token === undefined ? {} : { authorization: `Token ${token}` }),
      'accept-language': 'en',
      ...headers,
    },
  })
  const text = await response.text()
  return {
    status: response.status,
    body: text === '' ? undefined : JSON.parse(text),
    headers: response.headers,
  }
}

async function seriesOf(
  harness: CollectorHarness,
  host: string,
  measurement = 'cpu',
  field = 'usage_active',
) {
  const query = new URLSearchParams({
    measurement,
    field,
    aggregate: 'raw',
    where: `host=${host}`,
    from: '-40d',
    to: String(Date.now() + 3_600_000),
  })
  return (await harness.get<QueryResult>(`/api/v1/query?${query.toString()}`)).series
}

let started: Promise<{ harness: CollectorHarness; token: string }> | undefined
/** A collector for tests that only write to it. */
const shared = () =>
  (started ??= CollectorHarness.start().then(async (harness) => ({
    harness,
    token: await harness.createWriteToken(),
  })))
afterAll(async () => (await started)?.harness[Symbol.asyncDispose]())

const metric = async (harness: CollectorHarness, line: string) => {
  const text = await (await fetch(harness.url('/metrics'))).text()
  return text
    .split('\n')
    .find((its) => its.startsWith(`${line} `))
    ?.slice(line.length + 1)
}

test('what is written is answered by the query, with the tags of its token and without those it claims', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken({ role: 'web', hosts: ['web1', 'app-*'] })
  const timeMs = Date.now() - 5_000
  const body = `cpu,cpu=cpu-total,host=web1,project=other,role=x usage_active=12.5,vendor="text" ${timeMs}\n`
  const { status, headers } = await post(harness, token, body)
  expect(status).toBe(204)
  expect(headers.get('x-influxdb-version')).toMatch(/^1\.8/)
  expect(await seriesOf(harness, 'web1')).toEqual([
    {
      field: 'usage_active',
      tags: { cpu: 'cpu-total', host: 'web1', project: 'his', role: 'web' },
      points: [[timeMs, 12.5]],
    },
  ])
  expect(await metric(harness, 'wardround_collector_write_texts_total{token="telegraf"}')).toBe('1')
  expect(await metric(harness, 'wardround_collector_agent_samples_stored_total{host="web1"}')).toBe(
    '1',
  )
  const { agents } = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(agents).toMatchObject([{ host: 'web1', project: 'his', role: 'web', connected: true }])
})

test('the same write twice is stored once', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken()
  const timeMs = Date.now()
  for (const value of [1, 2]) await post(harness, token, `m,host=h v=${value} ${timeMs}`)
  expect((await seriesOf(harness, 'h', 'm', 'v'))[0]?.points).toEqual([[timeMs, 1]])
})

test('the official client writes by the second API, packed', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken()
  const client = new InfluxDB({ url: harness.url(''), token })
  const write = client.getWriteApi('org', 'bucket', 'ms', { gzipThreshold: 10, maxRetries: 0 })
  const timeMs = Date.now() - 1_000
  for (let i = 0; i < 50; i++)
    write.writePoint(
      new Point('m')
        .tag('host', 'h')
        .tag('名', '磁 盘')
        .floatField('v', i)
        .timestamp(timeMs - i),
    )
  await write.close()
  const [series] = await seriesOf(harness, 'h', 'm', 'v')
  expect(series?.tags).toEqual({ host: 'h', project: 'his', 名: '磁 盘' })
  expect(series?.points).toHaveLength(50)

  const refusals: Error[] = []
  const refused = client.getWriteApi('org', 'bucket', 'ms', {
    maxRetries: 0,
    // its own is to write to the console
    writeFailed: async (error) => void refusals.push(error),
  })
  refused.writeRecord('m,host=h v=1x')
  await refused.close()
  expect(refusals).toEqual([expect.any(HttpError)])
  expect(refusals[0]?.message).toContain('invalid number')
})

describe('who may write', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
  test.each([
    ['Token', (token: string) => ({ headers: { authorization: `Token ${token}` } })],
    [
      'Token with a user',
      (token: string) => ({ headers: { authorization: `Token any:${token}` } }),
    ],
    ['Bearer', (token: string) => ({ headers: { authorization: `Bearer ${token}` } })],
    ['Basic', (token: string) => ({ headers: { authorization: basic(`telegraf:${token}`) } })],
    ['u and p', (token: string) => ({ path: `/write?db=x&precision=ms&u=telegraf&p=${token}` })],
    [
      'the second API',
      (token: string) => ({
        path: '/api/v2/write?org=o&bucket=b&precision=ms',
        headers: { authorization: `Token ${token}` },
      }),
    ],
  ])('a token shown as %s', async (_how, shown) => {
    const { harness, token } = await shared()
    expect((await post(harness, undefined, LINE, shown(token))).status).toBe(204)
  })

  test('nobody without a token, on loopback neither, nor with one of another kind, nor with one that was revoked', async () => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken()
    const missing = await post(harness, undefined, LINE)
    expect(missing).toMatchObject({
      status: 401,
      body: { error: expect.stringContaining('token create NAME --write') },
    })
    for (const other of [
      await harness.createToken('api', 'board'),
      await harness.createToken('agent', 'db1'),
      'wrw_x',
    ])
      expect((await post(harness, other, LINE)).status).toBe(401)
    const second = await post(harness, 'wrw_x', LINE, { path: '/api/v2/write' })
    expect(second.body).toMatchObject({
      code: 'unauthorized',
      message: expect.stringContaining('write token'),
    })
    expect((await post(harness, token, LINE)).status).toBe(204)
    await callControlSocket(join(harness.directory, 'control.sock'), 'write-token-revoke', {
      name: 'telegraf',
    })
    expect((await post(harness, token, LINE)).status).toBe(401)
  })

  test('who tries too often is told to wait; a good token passes meanwhile', async () => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken()
    const statuses: number[] = []
    for (let i = 0; i < 12; i++) statuses.push((await post(harness, `wrw_${i}`, LINE)).status)
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    const late = await post(harness, 'wrw_x', LINE)
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await post(harness, token, LINE)).status).toBe(204)
    expect(await metric(harness, 'wardround_collector_write_failed_tries_total')).toBe('13')
  })

  test('a page of another site can not write through a browser', async () => {
    const { harness, token } = await shared()
    const headers = { origin: 'http://evil.example', authorization: `Token ${token}` }
    expect((await post(harness, token, LINE, { headers })).status).toBe(403)
  })
})

describe('which hosts', () => {
  test('those of its token, by name or pattern; others are refused and named', async () => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken({ hosts: ['web1', 'app-*-prod'] })
    const body = ['web1', 'app-7-prod', 'app-7-test', 'web10']
      .map((host) => `m,host=${host} v=1`)
      .join('\n')
    const answer = await post(harness, token, body)
    expect(answer.status).toBe(400)
    expect(answer.body?.['error']).toBe(
      'partial write: \'m,host=app-7-test v=1\': host "app-7-test" is not among those of the write token "telegraf"\n' +
        '\'m,host=web10 v=1\': host "web10" is not among those of the write token "telegraf" dropped=2',
    )
    expect(await seriesOf(harness, 'web1', 'm', 'v')).toHaveLength(1)
    expect(await seriesOf(harness, 'app-7-prod', 'm', 'v')).toHaveLength(1)
    expect(await seriesOf(harness, 'web10', 'm', 'v')).toHaveLength(0)
  })

  test('a pattern does not reach a host with an agent; its name does, and the agent’s silence stays its own', async () => {
    await using harness = await CollectorHarness.start()
    const byPattern = await harness.createWriteToken()
    expect((await post(harness, byPattern, 'm,host=db1 v=1')).status).toBe(204)
    await harness.createToken('agent', 'db1')
    const answer = await post(harness, byPattern, 'm,host=db1 v=1')
    expect(answer.body?.['error']).toContain('an agent speaks for host "db1"')
    const byName = await harness.createWriteToken({ name: 'db1-extra', hosts: ['db1'] })
    expect((await post(harness, byName, 'm,host=db1 v=2')).status).toBe(204)
    const { agents } = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
    expect(agents.find(({ host }) => host === 'db1')).toMatchObject({ version: null })
  })

  test('two projects can not have the same host: the first token that names it says whose it is', async () => {
    await using harness = await CollectorHarness.start()
    await harness.createWriteToken({ hosts: ['web*'] })
    const other = await harness.createWriteToken({
      name: 'lis',
      project: 'lis',
      hosts: ['web1', 'lab1'],
    })
    const answer = await post(harness, other, 'm,host=web1 v=1\nm,host=lab1 v=1')
    expect(answer.body?.['error']).toContain(
      'host "web1" belongs to project his, by the write token "telegraf"',
    )
    expect((await seriesOf(harness, 'lab1', 'm', 'v'))[0]?.tags).toMatchObject({ project: 'lis' })
  })

  test('where the configuration says a host’s project, it says so here too; also when it is read again', async () => {
    await using harness = await CollectorHarness.start({
      yaml: 'hosts: [{name: web1, project: lis}]',
    })
    const token = await harness.createWriteToken()
    await post(harness, token, 'm,host=web1 v=1')
    await harness.reload('hosts: [{name: web1, project: ris}]')
    await post(harness, token, 'm,host=web1 v=2')
    const projects = (await seriesOf(harness, 'web1', 'm', 'v')).map(({ tags }) => tags['project'])
    expect(new Set(projects)).toEqual(new Set(['lis', 'ris']))
  })
})

describe('bad writes', () => {
  test('good lines are taken, bad ones are answered in InfluxDB’s words', async () => {
    await using harness = await CollectorHarness.start()
    const token = await harness.createWriteToken()
    const body = 'm,host=h a=1\nm,host=h\nm,host=h b=1x\nm,host=h c=3\n'
    const first = await post(harness, token, body)
    expect(first).toMatchObject({
      status: 400,
      body: {
        error:
          "partial write: unable to parse 'm,host=h': missing fields\nunable to parse 'm,host=h b=1x': invalid number dropped=2",
      },
    })
    const second = await post(harness, token, body, { path: '/api/v2/write?org=o&bucket=b' })
    expect(second).toMatchObject({
      status: 400,
      body: { code: 'invalid', line: 2, message: first.body?.['error'] },
    })
    expect(await seriesOf(harness, 'h', 'm', 'c')).toHaveLength(1)
    expect(
      await metric(
        harness,
        'wardround_collector_write_lines_refused_total{token="telegraf",reason="unparsable"}',
      ),
    ).toBe('4')
  })

  test('a time in the future, or older than raw data is kept, is refused in words of the reader’s language', async () => {
    const { harness, token } = await shared()
    const body = `m,host=h v=1 ${Date.now() + 3_600_000}\nm,host=h v=1 1000\nm,host=h v=1 -5`
    const english = await post(harness, token, body)
    expect(english.body?.['error']).toContain('the time is in the future: ')
    expect(english.body?.['error']).toContain(
      'points beyond retention policy (older than raw data is kept: 1970-01-01T00:00:01.000Z)',
    )
    expect(english.body?.['error']).toContain('dropped=3')
    const chinese = await post(harness, token, body, { headers: { 'accept-language': 'zh-CN' } })
    expect(chinese.body?.['error']).toContain('时间在未来')
  })

  test.each([
    {
      note: 'a precision that is none',
      path: '/write?precision=us2',
      status: 400,
      words: 'invalid precision',
    },
    { note: 'an unknown parameter', path: '/api/v2/write?bukket=x', status: 400, words: 'bukket' },
    {
      note: 'a packing that is none',
      headers: { 'content-encoding': 'br' },
      status: 415,
      words: 'gzip',
    },
    {
      note: 'what is no gzip',
      headers: { 'content-encoding': 'gzip' },
      status: 400,
      words: 'can not be unpacked',
    },
  ])('$note is answered with $status', async ({ status, words, ...how }) => {
    const { harness, token } = await shared()
    const answer = await post(harness, token, LINE, how)
    expect(answer.status).toBe(status)
    expect(JSON.stringify(answer.body)).toContain(words)
  })

  test('a body over the limit is refused, also one that grows when it is unpacked', async () => {
    await using harness = await CollectorHarness.start({ yaml: 'limits: {writeBytes: 10KB}' })
    const token = await harness.createWriteToken()
    const long = Buffer.alloc(20_000, `${LINE}\n`)
    for (const [body, headers] of [
      [long, {}],
      [gzipSync(Buffer.alloc(10_000_000, `${LINE}\n`)), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await post(harness, token, new Uint8Array(body), { headers })
      expect(answer).toMatchObject({
        status: 413,
        body: { error: expect.stringContaining('limits.writeBytes') },
      })
    }
    expect((await post(harness, token, LINE)).status).toBe(204)
  })

  test('an empty write is none', async () => {
    const { harness, token } = await shared()
    expect((await post(harness, token, '')).status).toBe(204)
  })
})

test('/ping and /health answer whoever asks', async () => {
  const { harness } = await shared()
  for (const method of ['GET', 'HEAD']) {
    const { status, headers } = await fetch(harness.url('/ping'), { method })
    expect(status).toBe(204)
    expect(headers.get('x-influxdb-version')).toBe('1.8.10')
  }
  expect(await harness.get('/ping?verbose=true')).toEqual({ version: '1.8.10' })
  expect(await harness.get('/health')).toMatchObject({ name: 'influxdb', status: 'pass' })
})

test('a sample of Telegraf raises an alert of the default pack; a late one does not', async () => {
  await using harness = await CollectorHarness.start()
  const token = await harness.createWriteToken({ hosts: ['web1', 'web2'] })
  const disk = (host: string) =>
    `disk,device=sda1,fstype=ext4,host=${host},mode=rw,path=/data used_percent=99.5,free=1000i,total=1000000i,inodes_used_percent=1`
  const now = Date.now()
  await post(harness, token, `${disk('web1')} ${now}\n${disk('web2')} ${now - 600_000}`)
  const alerts = async () => (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
  await expect.poll(async () => (await alerts()).map(({ host }) => host)).toContain('web1')
  const ours = (await alerts()).filter(({ host }) => host === 'web1')
  expect(ours[0]?.labels).toMatchObject({ project: 'his', path: '/data' })
  expect((await alerts()).map(({ host }) => host)).not.toContain('web2')
  expect(await metric(harness, 'wardround_collector_agent_samples_late_total{host="web2"}')).toBe(
    '4',
  )
})

test('a host of Telegraf that falls silent is told like one of an agent', async () => {
  let aheadMs = 0
  const monotonicMs = () => performance.now() + aheadMs
  await using harness = await CollectorHarness.start({ monotonicMs })
  const token = await harness.createWriteToken()
  await post(harness, token, LINE)
  const rules = async () =>
    (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
      .filter(({ host, state }) => host === 'web1' && state === 'firing')
      .map(({ rule }) => rule)
  expect(await rules()).toEqual([])
  aheadMs = 3_600_000
  await expect.poll(rules, { timeout: 10_000 }).toEqual(['agent_offline'])
  const [alert] = (await harness.get<{ alerts: AlertRow[] }>('/api/v1/alerts')).alerts
  expect(alert?.labels).toMatchObject({ project: 'his' })
})

test('a body that stops coming holds nothing up', async () => {
  const { harness, token } = await shared()
  const stuck = ask(harness.url('/write?precision=ms'), {
    method: 'POST',
    headers: { authorization: `Token ${token}`, 'content-length': '5000000' },
  })
  stuck.on('error', () => undefined)
  stuck.write('m,host=h v=')
  expect((await post(harness, token, LINE)).status).toBe(204)
  stuck.destroy()
})
