import { systemFiles } from '@wardround/journal'
import type { AgentRow, InventoryAnswer } from '@wardround/protocol'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { startCollector } from './collector.ts'
import type { QueryResult } from '@wardround/query'
import type { SeriesListing } from './store/store.ts'
import { openStateTables } from './state/tables.ts'
import { AgentClient } from './testing/agent-client.ts'
import { CollectorHarness, configOf } from './testing/collector-harness.ts'
import { openLog } from '@wardround/program'

const deps = {
  log: openLog({ name: 'test', level: 'silent' }),
  environment: {},
  console: '/nowhere',
}

let started: Promise<CollectorHarness> | undefined
/** A collector without agents, for tests that only ask. */
const shared = () => (started ??= CollectorHarness.start())
afterAll(async () => (await started)?.[Symbol.asyncDispose]())

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-collector-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** Status and body of a request with headers that fetch would not send. */
function ask(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers }, (response) => {
      const { statusCode: status = 0 } = response
      response.toArray().then((chunks: Buffer[]) => {
        resolve({ status, body: Buffer.concat(chunks).toString() })
      }, reject)
    })
    sent.on('error', reject).end()
  })
}

const cpu = { measurement: 'cpu', field: 'usage_active', tags: { cpu: 'cpu-total' } }
const cpuQuery = '/api/v1/query?measurement=cpu&field=usage_active&aggregate=raw&where=host=db1'

test('what an agent sends is answered by the query, also after a restart', async () => {
  const directory = await freshDirectory()
  const timeMs = Date.now() - 1_000
  {
    await using harness = await CollectorHarness.start({ directory })
    using agent = await harness.join('db1')
    agent.sendBatch(1, { timeMs, ageMs: 1_000, samples: [{ ...cpu, value: 12.5 }] })
    await agent.next('ack')
    await expect
      .poll(async () => (await harness.get<QueryResult>(cpuQuery)).series)
      .toEqual([
        {
          field: 'usage_active',
          tags: { cpu: 'cpu-total', host: 'db1' },
          points: [[timeMs, 12.5]],
        },
      ])
  }
  await using again = await CollectorHarness.start({ directory })
  await expect
    .poll(async () => (await again.get<QueryResult>(cpuQuery)).series[0]?.points)
    .toEqual([[timeMs, 12.5]])
  const listing = await again.get<SeriesListing>('/api/v1/series?host=db1')
  expect(listing.measurements.map(({ measurement }) => measurement)).toEqual(['cpu'])
})

test('a store that outlived the journal and the state takes what comes after', async () => {
  const directory = await freshDirectory()
  const timeMs = Date.now() - 10_000
  const send = async (agent: AgentClient, sequence: number) => {
    const at = { timeMs: timeMs + sequence, ageMs: 1_000 }
    agent.sendBatch(sequence, { ...at, samples: [{ ...cpu, value: sequence }] })
    await agent.next('ack')
  }
  const points = async (harness: CollectorHarness) =>
    (await harness.get<QueryResult>(cpuQuery)).series
      .flatMap((series) => series.points.map(([, value]) => Number(value)))
      .toSorted((a, b) => a - b)
  {
    await using harness = await CollectorHarness.start({ directory })
    using agent = await harness.join('db1')
    for (const sequence of [1, 2, 3, 4]) await send(agent, sequence)
    await expect.poll(() => points(harness)).toEqual([1, 2, 3, 4])
  }
  const lost = (await readdir(directory)).filter((name) => name !== 'store')
  expect(lost).toContain('state.db')
  for (const name of lost) await rm(join(directory, name), { recursive: true })
  {
    await using harness = await CollectorHarness.start({ directory })
    using agent = await harness.join('db1')
    await send(agent, 5)
    await expect.poll(() => points(harness)).toEqual([1, 2, 3, 4, 5])
  }
  await using harness = await CollectorHarness.start({ directory })
  await expect.poll(() => points(harness)).toEqual([1, 2, 3, 4, 5])
})

test('a device that an agent polls is listed with who polls it, and is silent with its agent', async () => {
  const yaml = 'hosts: [{name: fcsw1, displayName: 光纤交换机 1, role: fc-switch}]'
  await using harness = await CollectorHarness.start({ yaml })
  const agent = await harness.join('db1')
  agent.sendBatch(1, {
    samples: [
      { ...cpu, value: 3 },
      { measurement: 'snmp_up', field: 'up', value: 1, subject: 'fcsw1' },
    ],
  })
  await agent.next('ack')
  const list = async () =>
    (await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')).agents.find(
      ({ host }) => host === 'fcsw1',
    )
  expect(await list()).toMatchObject({
    displayName: '光纤交换机 1',
    polledBy: 'db1',
    connected: true,
    version: null,
    lastSeen: expect.stringMatching(/^20/),
  })
  const down = { measurement: 'snmp_up', field: 'up', value: 0, subject: 'fcsw1' }
  agent.sendBatch(2, { timeMs: Date.now() + 1, samples: [down] })
  await agent.next('ack')
  expect(await list()).toMatchObject({ connected: false, current: { answers: false } })
  agent[Symbol.dispose]()
})

test('agents are listed with what the configuration says and with their newest values', async () => {
  const yaml =
    'hosts: [{name: db1, displayName: 主库, project: health, role: database, place: A3, owner: Li}]'
  await using harness = await CollectorHarness.start({ yaml })
  const before = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(before.agents).toMatchObject([{ host: 'db1', connected: false, lastSeen: null }])
  using agent = await harness.join('db1', { version: '1.2.3' })
  agent.sendBatch(1, {
    samples: [
      { ...cpu, value: 12.5 },
      { measurement: 'mem', field: 'used_percent', value: 40 },
      { measurement: 'system', field: 'load1', value: 1.5 },
      { measurement: 'disk', field: 'used_percent', tags: { path: '/' }, value: 30 },
      { measurement: 'disk', field: 'used_percent', tags: { path: '/data' }, value: 80 },
    ],
  })
  await agent.next('ack')
  const { agents } = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(agents).toMatchObject([
    {
      host: 'db1',
      displayName: '主库',
      project: 'health',
      connected: true,
      version: '1.2.3',
      lastSequence: 1,
      current: {
        cpuPercent: 12.5,
        memoryPercent: 40,
        load1: 1.5,
        fullestDisk: { path: '/data', usedPercent: 80 },
      },
    },
  ])
})

test('documents and events are answered, and kept over a restart', async () => {
  const directory = await freshDirectory()
  const timeMs = Date.now() - 10_000
  const document = { subject: '', name: 'os', keep: 'history' } as const
  const event = { subject: '', timeMs, key: 'k', kind: 'log', body: { line: 'x' } }
  {
    await using harness = await CollectorHarness.start({ directory })
    using agent = await harness.join('db1')
    agent.sendBatch(1, {
      events: [event],
      documents: [
        { ...document, timeMs, body: { version: 1 } },
        { ...document, timeMs: timeMs + 5, body: { version: 2 } },
        { subject: '', name: 'top_processes', keep: 'newest', timeMs, body: { cpu: [] } },
      ],
    })
    await agent.next('ack')
    await expect
      .poll(() => fetch(harness.url('/api/v1/inventory/db1')).then(({ status }) => status))
      .toBe(200)
  }
  await using harness = await CollectorHarness.start({ directory })
  const inventory = await harness.get<InventoryAnswer>('/api/v1/inventory/db1')
  expect(inventory.documents).toEqual([
    { name: 'os', timeMs: timeMs + 5, body: { version: 2 }, historyMs: [timeMs] },
    { name: 'top_processes', timeMs, body: { cpu: [] }, historyMs: [] },
  ])
  const then = await harness.get<InventoryAnswer>(`/api/v1/inventory/db1?at=${timeMs + 1}`)
  expect(then.documents[0]?.body).toEqual({ version: 1 })
  const { events } = await harness.get<{ events: unknown[] }>('/api/v1/events?host=db1&from=-1h')
  expect(events).toMatchObject([{ host: 'db1', kind: 'log', timeMs, body: { line: 'x' } }])
})

test.each([
  {
    note: 'a bad time',
    path: '/api/v1/events?from=yesterday',
    status: 400,
    en: 'from: "yesterday" is no time',
  },
  {
    note: 'a bad step',
    path: `${cpuQuery}&step=fast`,
    status: 400,
    en: 'step: "fast" is no duration',
  },
  {
    note: 'a bad condition',
    path: `${cpuQuery}&where=host`,
    status: 400,
    en: 'where: "host" is no condition',
  },
  {
    note: 'a range that ends before it begins',
    path: `${cpuQuery}&from=now&to=-1h`,
    status: 400,
    en: 'from must lie before to',
  },
  {
    note: 'a bad regular expression',
    path: `${cpuQuery}&where=host=~(`,
    status: 400,
    en: 'where: "(" in "host=~(" is no JavaScript regular expression',
    zh: 'where：条件“host=~(”中的“(”不是 JavaScript 正则表达式',
  },
  {
    note: 'a missing parameter',
    path: '/api/v1/query?field=x',
    status: 400,
    en: 'The parameter "measurement" is missing',
    zh: '缺少参数“measurement”',
  },
  {
    note: 'an unknown aggregate',
    path: '/api/v1/query?measurement=cpu&field=x&aggregate=cuont',
    status: 400,
    en: 'aggregate: "cuont" is none; expected one of mean, min, max, sum, count, last, first, percentile, rate, raw; did you mean "count"?',
    zh: 'aggregate：不能是“cuont”；应为 mean、min、max、sum、count、last、first、percentile、rate、raw 之一；是否想写“count”？',
  },
  {
    note: 'a parameter given twice',
    path: `${cpuQuery}&measurement=mem`,
    status: 400,
    en: 'measurement: may be given once',
    zh: 'measurement：只能给出一次',
  },
  {
    note: 'a percentile of nothing',
    path: '/api/v1/query?measurement=cpu&field=x&aggregate=percentile&percentile=0',
    status: 400,
    en: 'percentile: more than 0',
    zh: 'percentile：应大于 0',
  },
  {
    note: 'a percentile that is no number',
    path: '/api/v1/query?measurement=cpu&field=x&aggregate=percentile&percentile=most',
    status: 400,
    en: 'percentile: a number is expected',
    zh: 'percentile：应为数字',
  },
  {
    note: 'a field twice',
    path: `${cpuQuery}&field=usage_active`,
    status: 400,
    en: 'none twice',
    zh: '不得重复',
  },
  {
    note: 'a limit that is no number',
    path: '/api/v1/events?limit=many',
    status: 400,
    en: 'limit: a whole number is expected',
    zh: 'limit：应为整数',
  },
  {
    note: 'a limit that is too great',
    path: '/api/v1/events?limit=10001',
    status: 400,
    en: 'limit: at most 10000',
    zh: 'limit：至多为 10000',
  },
  {
    note: 'a mistyped parameter',
    path: `${cpuQuery}&groupby=host`,
    status: 400,
    en: 'Unknown parameter "groupby"; expected one of measurement, field, where, aggregate, percentile, groupBy, step, from, to, timeZone, fill, top, topBy, topOrder; did you mean "groupBy"?',
    zh: '未知的参数“groupby”；可用：measurement、field、where、aggregate、percentile、groupBy、step、from、to、timeZone、fill、top、topBy、topOrder；是否想写“groupBy”？',
  },
  {
    note: 'a parameter of a route that has none',
    path: '/api/v1/agents?host=db1',
    status: 400,
    en: 'Unknown parameter "host"; there are none here',
    zh: '未知的参数“host”；这里没有参数',
  },
  {
    note: 'a step that is too small',
    path: '/api/v1/query?measurement=a&field=b&from=-365d&step=1s',
    status: 400,
    en: 'step is too small',
  },
  {
    note: 'an unknown path',
    path: '/api/v1/nothing',
    status: 404,
    en: 'There is no GET /api/v1/nothing here',
  },
  {
    note: 'an unknown host',
    path: '/api/v1/inventory/nobody',
    status: 404,
    en: 'There are no documents of "nobody"',
  },
])(
  '$note is answered as a problem, in the language asked for',
  async ({ path, status, en, zh = '' }) => {
    const harness = await shared()
    const english = await fetch(harness.url(path), { headers: { 'accept-language': 'en' } })
    expect(english.status).toBe(status)
    expect(english.headers.get('content-type')).toContain('application/problem+json')
    const problem = (await english.json()) as { title: string; detail: string; status: number }
    expect(problem.status).toBe(status)
    expect(problem.detail).toContain(en)
    const chinese = await fetch(harness.url(path))
    const { title, detail } = (await chinese.json()) as { title: string; detail: string }
    expect(title).toMatch(/[\u4e00-\u9fff]/)
    expect(detail).toContain(zh)
  },
)

test.each([
  { note: 'a foreign Host', headers: { host: 'evil.example:8470' } },
  { note: 'a foreign Origin', headers: { host: '127.0.0.1', origin: 'http://evil.example' } },
  { note: 'an opaque Origin', headers: { host: 'localhost', origin: 'null' } },
  { note: 'a Host with a user', headers: { host: 'localhost@evil.example' } },
])('$note is refused while the collector listens on loopback', async ({ headers }) => {
  const harness = await shared()
  for (const path of ['/api/v1/agents', '/', '/metrics', '/api/v1/live']) {
    const answer = await ask(harness.port, path, headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('FOREIGN_NAME')
  }
})

test.each([
  { headers: { host: 'localhost:1' } },
  { headers: { host: '[::1]:8470', origin: 'http://localhost:8470' } },
])('its own names are let in: %j', async ({ headers }) => {
  const harness = await shared()
  expect((await ask(harness.port, '/api/v1/agents', headers)).status).toBe(200)
})

test('while the journal can not be written readyz says why, rules go on, and it resumes by itself', async () => {
  let broken = false
  const files = {
    ...systemFiles,
    write: async (file: number, bytes: Uint8Array, position: number) => {
      if (broken)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
      return systemFiles.write(file, bytes, position)
    },
  }
  const directory = await freshDirectory()
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  await writeFile(
    join(rules, 'site.yaml'),
    'rules: [{id: idle, name: {zh: x, en: Idle}, value: cpu.usage_active, where: {cpu: cpu-total}, ' +
      'warning: {below: 2, for: 0s}, summary: {zh: x, en: x}}]',
  )
  const yaml = `rules: {directory: ${rules}, pack: none}`
  await using harness = await CollectorHarness.start({ directory, files, yaml })
  using agent = await harness.join('db1')
  expect((await fetch(harness.url('/readyz'))).status).toBe(200)
  broken = true
  agent.sendBatch(1, { samples: [{ ...cpu, value: 1 }] })
  await expect.poll(async () => (await fetch(harness.url('/readyz'))).status).toBe(503)
  const { reasons } = (await (await fetch(harness.url('/readyz'))).json()) as {
    reasons: { code: string }[]
  }
  expect(reasons.map(({ code }) => code)).toEqual(['JOURNAL_NO_SPACE'])
  const { agents } = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(agents[0]?.current.cpuPercent).toBe(1)
  expect(await harness.get('/api/v1/alerts')).toMatchObject({ alerts: [{ rule: 'idle' }] })
  broken = false
  await expect.poll(async () => (await fetch(harness.url('/readyz'))).status).toBe(200)
})

test('the ledger of each agent is among the metrics', async () => {
  await using harness = await CollectorHarness.start()
  using agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ ...cpu, value: 1 }] })
  await agent.next('ack')
  agent.sendBatch(1, { samples: [{ ...cpu, value: 1 }] })
  await agent.next('ack')
  const text = await (await fetch(harness.url('/metrics'))).text()
  expect(text).toContain('wardround_collector_agent_samples_received_total{host="db1"} 2\n')
  expect(text).toContain('wardround_collector_agent_samples_stored_total{host="db1"} 1\n')
  expect(text).toContain('wardround_collector_agent_samples_duplicates_total{host="db1"} 1\n')
  expect(text).toContain('wardround_collector_agents_connected 1\n')
  expect(text).toContain('wardround_collector_store_ok{store="embedded"} 1\n')
})

test('the API is described', async () => {
  const harness = await shared()
  const { openapi, paths } = await harness.get<{ openapi: string; paths: Record<string, unknown> }>(
    '/openapi.json',
  )
  expect(openapi).toMatch(/^3\.1/)
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/v1/agents',
      '/api/v1/alerts',
      '/api/v1/events',
      '/api/v1/inventory/{host}',
      '/api/v1/live',
      '/api/v1/query',
      '/api/v1/series',
      '/healthz',
      '/metrics',
      '/readyz',
    ]),
  )
})

/** Events of a stream, one by one. */
async function* readEvents(url: string): AsyncGenerator<Record<string, unknown>> {
  const response = await fetch(url)
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1]
      text = text.slice(end + 2)
      if (data !== undefined) yield JSON.parse(data) as Record<string, unknown>
    }
  }
}

test('the live stream begins with the whole state and goes on with what changes', async () => {
  await using harness = await CollectorHarness.start()
  using agent = await harness.join('db1')
  const events = readEvents(harness.url('/api/v1/live?lang=en'))
  expect((await events.next()).value).toMatchObject({ type: 'host', host: { host: 'db1' } })
  expect((await events.next()).value).toEqual({ type: 'ready', timeZone: 'Asia/Shanghai' })
  agent.sendBatch(1, { samples: [{ ...cpu, value: 33 }] })
  for await (const event of events) {
    const { host } = event as { host: AgentRow }
    if (host.current.cpuPercent === 33) break
  }
  agent.socket.close()
})

test('a rule fires, is listed in the reader’s language, and follows on the stream until it is over', async () => {
  const directory = await freshDirectory()
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  await writeFile(
    join(rules, 'site.yaml'),
    `rules:
  - id: busy
    name: {zh: 繁忙, en: Busy}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    critical: {above: 90, for: 0s, clear: {below: 80, for: 0s}}
    summary: {zh: "{{host}} {{value}}", en: "{{host}} at {{value}}"}
`,
  )
  const yaml = `rules: {directory: ${rules}, pack: none}`
  await using harness = await CollectorHarness.start({ directory, yaml })
  using agent = await harness.join('db1')
  const events = readEvents(harness.url('/api/v1/live?lang=en'))
  agent.sendBatch(1, { samples: [{ ...cpu, value: 95 }] })
  for await (const event of events) if (event['type'] === 'alert') break
  const { alerts } = await harness.get<{ alerts: Record<string, unknown>[] }>('/api/v1/alerts', {
    'accept-language': 'en',
  })
  expect(alerts).toMatchObject([
    { rule: 'busy', name: 'Busy', state: 'firing', severity: 'critical', host: 'db1', value: 95 },
  ])
  expect(await harness.get('/api/v1/alerts')).toMatchObject({ alerts: [{ name: '繁忙' }] })
})

test('other rules take effect without a restart', async () => {
  const directory = await freshDirectory()
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  const write = (above: number) =>
    writeFile(
      join(rules, 'site.yaml'),
      `rules: [{id: busy, name: {zh: x, en: Busy}, value: cpu.usage_active, where: {cpu: cpu-total}, ` +
        `warning: {above: ${above}, for: 0s}, summary: {zh: x, en: x}}]`,
    )
  await write(50)
  const yaml = `rules: {directory: ${rules}, pack: none}`
  await using harness = await CollectorHarness.start({ directory, yaml })
  using agent = await harness.join('db1')
  const firing = async () =>
    (await harness.get<{ alerts: { rule: string }[] }>('/api/v1/alerts')).alerts.map(
      ({ rule }) => rule,
    )
  await write(10)
  await harness.reload(yaml)
  agent.sendBatch(1, { samples: [{ ...cpu, value: 20 }] })
  await agent.next('ack')
  expect(await firing()).toEqual(['busy'])
})

test('a webhook that a reload adds is told of the next alert, with links to the address that it set', async () => {
  const directory = await freshDirectory()
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  await writeFile(
    join(rules, 'site.yaml'),
    'rules: [{id: busy, name: {zh: x, en: Busy}, value: cpu.usage_active, where: {cpu: cpu-total}, ' +
      'warning: {above: 50, for: 0s}, summary: {zh: x, en: x}}]',
  )
  const told = Promise.withResolvers<{ externalURL: string; alerts: { labels: object }[] }>()
  const receiver = createServer((incoming, response) => {
    incoming.toArray().then((chunks: Buffer[]) => {
      response.end()
      told.resolve(JSON.parse(Buffer.concat(chunks).toString()))
    }, told.reject)
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void receiver.close())
  const { port } = receiver.address() as AddressInfo
  const yaml = `rules: {directory: ${rules}, pack: none}`
  await using harness = await CollectorHarness.start({ directory, yaml })
  await harness.reload(
    `${yaml}\nnotify: {externalUrl: 'http://watch/', digestAfter: 0s, channels: [{name: duty, type: webhook, url: 'http://127.0.0.1:${port}/'}]}`,
  )
  using agent = await harness.join('db1')
  agent.sendBatch(1, { samples: [{ ...cpu, value: 60 }] })
  expect(await told.promise).toMatchObject({
    externalURL: 'http://watch/',
    alerts: [{ labels: { alertname: 'busy', host: 'db1', severity: 'warning' } }],
  })
})

test('an alert that fires is there again after a restart', async () => {
  const directory = await freshDirectory()
  const rules = join(directory, 'rules.d')
  await mkdir(rules)
  await writeFile(
    join(rules, 'site.yaml'),
    'rules: [{id: busy, name: {zh: x, en: Busy}, value: cpu.usage_active, where: {cpu: cpu-total}, ' +
      'warning: {above: 50, for: 0s}, summary: {zh: x, en: x}}]',
  )
  const options = { directory, yaml: `rules: {directory: ${rules}, pack: none}` }
  {
    await using harness = await CollectorHarness.start(options)
    using agent = await harness.join('db1')
    agent.sendBatch(1, { samples: [{ ...cpu, value: 60 }] })
    await agent.next('ack')
  }
  await using harness = await CollectorHarness.start(options)
  expect(await harness.get('/api/v1/alerts')).toMatchObject({
    alerts: [{ rule: 'busy', value: 60 }],
  })
})

test('when agents came and went, and why, is kept', async () => {
  const directory = await freshDirectory()
  {
    await using harness = await CollectorHarness.start({ directory })
    using agent = await harness.join('db1')
    agent.socket.close(1001)
    await agent.closed
    using again = await harness.join('db1', { version: '2' })
    await again.settle()
  }
  const { tables } = await openStateTables({ directory })
  const intervals = tables.agents.intervals('db1', 0, Date.now() + 1)
  tables.upkeep.close()
  expect(intervals.map(({ downAtMs }) => downAtMs !== undefined)).toEqual([true, true])
  expect(intervals.map(({ reason }) => reason)).toEqual(['close code 1001', 'close code 1006'])
  await using later = await CollectorHarness.start({ directory })
  const { agents } = await later.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(agents).toMatchObject([{ host: 'db1', connected: false, version: '2' }])
  expect(agents[0]?.lastSeen).not.toBeNull()
})

test('two processes of one identity are an event that names both addresses', async () => {
  await using harness = await CollectorHarness.start()
  using holder = await harness.join('db1')
  using clone = await AgentClient.connect(harness.port, {
    token: await harness.createToken('agent', 'db1'),
  })
  clone.sendHello({ epoch: '00000000000000bb' })
  expect((await clone.closed).code).toBe(4001)
  await holder.settle()
  await expect
    .poll(async () => (await harness.get<{ events: unknown[] }>('/api/v1/events')).events)
    .toMatchObject([
      {
        host: 'db1',
        kind: 'identity_conflict',
        body: {
          holder: { address: expect.any(String) as string },
          refused: { epoch: '00000000000000bb' },
        },
      },
    ])
})

test('a project that changes takes effect without a restart: the agent begins anew under the new tags', async () => {
  await using harness = await CollectorHarness.start({ yaml: 'hosts: [{name: db1, project: old}]' })
  using agent = await harness.join('db1')
  await harness.reload('hosts: [{name: db1, project: new}]')
  expect((await agent.closed).code).toBe(1012)
  using again = await harness.join('db1')
  again.sendBatch(1, { samples: [{ ...cpu, value: 1 }] })
  await again.next('ack')
  await expect
    .poll(async () =>
      (await harness.get<QueryResult>(cpuQuery)).series.map(({ tags }) => tags['project']),
    )
    .toEqual(['new'])
})

test('a bad configuration is refused at reload and the old one stays', async () => {
  await using harness = await CollectorHarness.start({ yaml: 'hosts: [{name: db1, project: old}]' })
  await expect(harness.reload('rules: {directory: /does/not/exist}')).rejects.toThrow(/exist/)
  const { agents } = await harness.get<{ agents: AgentRow[] }>('/api/v1/agents')
  expect(agents).toMatchObject([{ host: 'db1', project: 'old' }])
  const readiness = (language: string) => harness.get('/readyz', { 'accept-language': language })
  const notice = (message: string) => ({
    status: 'ready',
    notices: [{ code: 'CONFIG_REFUSED', message: expect.stringContaining(message) }],
  })
  expect(await readiness('zh-CN')).toMatchObject(
    notice(
      '未生效，仍按原配置运行：/does/not/exist:1:1: 无法读取：没有该文件或目录（ENOENT）；应为可读的规则目录',
    ),
  )
  expect(await readiness('en')).toMatchObject(
    notice("the old one stays: /does/not/exist:1:1: can't"),
  )
  await harness.reload('hosts: [{name: db1, project: new}]')
  expect(await readiness('en')).not.toHaveProperty('notices')
})

test('what only a start reads is said to wait for one, until it is as at the start again', async () => {
  const stores = "stores: [{name: vm, kind: victoriametrics, url: 'http://127.0.0.1:9'}]"
  await using harness = await CollectorHarness.start()
  await harness.reload(stores)
  expect(await harness.get('/readyz', { 'accept-language': 'en' })).toMatchObject({
    status: 'ready',
    notices: [{ code: 'RESTART_NEEDED', message: expect.stringContaining('in stores needs') }],
  })
  await harness.reload('')
  expect(await harness.get('/readyz')).not.toHaveProperty('notices')
})

test('the page is served with a policy that lets it load from its own origin alone', async () => {
  const page = await freshDirectory()
  await mkdir(join(page, 'assets'))
  await writeFile(join(page, 'index.html'), '<!doctype html><title>x</title>')
  await writeFile(join(page, 'assets', 'index-abc.js'), 'export {}')
  await using harness = await CollectorHarness.start({ console: page })
  const index = await fetch(harness.url('/'))
  expect(index.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(index.headers.get('cache-control')).toBe('no-cache')
  expect(await index.text()).toContain('<title>x</title>')
  const asset = await fetch(harness.url('/assets/index-abc.js'))
  expect(asset.headers.get('cache-control')).toContain('immutable')
  expect(asset.headers.get('content-type')).toContain('javascript')
  expect((await fetch(harness.url('/../state.db'))).status).toBe(404)
})

test('a port that is in use is told, and what to do', async () => {
  await using harness = await CollectorHarness.start()
  const directory = await freshDirectory()
  const config = configOf(directory, '')
  const taken = { ...config, value: { ...config.value, listen: harness.collector.address } }
  await expect(startCollector(taken, deps)).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    exitCode: 1,
    message: expect.stringContaining('--listen') as string,
  })
})

test('a second collector on one state directory is refused with who holds it', async () => {
  await using harness = await CollectorHarness.start()
  await expect(startCollector(configOf(harness.directory), deps)).rejects.toThrow(
    `process id ${process.pid}`,
  )
})

test('an address beyond loopback is refused while nobody has a token of the API', async () => {
  const config = configOf(await freshDirectory())
  const open = { ...config, value: { ...config.value, listen: '0.0.0.0:0' } }
  await expect(startCollector(open, deps)).rejects.toThrow(/token create --api/)
})
