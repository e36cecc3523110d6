import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Probe } from '../../probe.ts'
import type { SentStatement } from '../../source.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openTomcatSource, type OpenedTomcat } from '../../testing/open-tomcat-source.ts'
import { sampleOnce, type SampledRun } from '../../testing/sample-once.ts'
import { hasTomcat, NO_TOMCAT, TomcatServer } from '../../testing/tomcat-server.ts'
import { TOMCAT_PROBES } from '../../testing/tomcat-statements.ts'
import config from './config.ts'
import connector from './connector.ts'
import context from './context.ts'
import datasource from './datasource.ts'
import gc from './gc.ts'
import jvmMemory from './jvm-memory.ts'
import thread from './thread.ts'
import up from './up.ts'

const STARTING = 90_000

let server: TomcatServer

beforeAll(async () => {
  if (hasTomcat)
    server = await TomcatServer.start({ jvmArguments: ['-Dapp.db.password=secret of jvm'] })
}, STARTING)

afterAll(() => server?.[Symbol.asyncDispose](), 30_000)

/** As jmx through the connector that always has a thread. */
function openJmx(
  options: Readonly<Record<string, unknown>> = {},
  onStatement?: (sent: SentStatement) => void,
): Promise<OpenedTomcat> {
  return openTomcatSource(
    {
      connect: server.adminUrl,
      user: 'jmx',
      password: 'secret-of-jmx',
      jmx: true,
      catalinaBase: server.base,
      ...options,
    },
    onStatement === undefined ? {} : { onStatement },
  )
}

async function get(path: string, base = server.adminUrl): Promise<string> {
  const response = await fetch(base + path, {
    headers: { authorization: `Basic ${btoa('jmx:secret-of-jmx')}` },
  })
  return response.text()
}

/** One number as the jmxproxy says it. */
async function bean(name: string, attribute: string): Promise<number> {
  const text = await get(`/manager/jmxproxy/?get=${encodeURIComponent(name)}&att=${attribute}`)
  return Number(/ = (\d+)\s*$/.exec(text)?.[1])
}

function fieldsOf(
  run: SampledRun,
  measurement: string,
  tags: Readonly<Record<string, string>> = {},
): Record<string, number | undefined> {
  const samples = run.samples.filter(
    (one) =>
      one.measurement === measurement &&
      Object.entries(tags).every(([name, value]) => one.tags[name] === value),
  )
  return Object.assign({}, ...samples.map(({ fields }) => fields)) as Record<
    string,
    number | undefined
  >
}

async function sample(
  probe: Probe,
  options: Readonly<Record<string, unknown>> = {},
): Promise<SampledRun> {
  await using opened = await openJmx(options)
  return await sampleOnce(probe, opened.session)
}

describe('a real Tomcat', () => {
  beforeEach(({ skip }) => skip(!hasTomcat, NO_TOMCAT))

  for (const probe of TOMCAT_PROBES) describeProbe(probe, { open: () => openJmx() })

  test('up says that page, port, process and manager are there, with version and uptime', async () => {
    const run = await sample(up, { page: '/' })
    expect(fieldsOf(run, 'tomcat_up')).toMatchObject({
      up: 1,
      error_code: 0,
      http_status: 200,
      port_open: 1,
      process_found: 1,
      manager_error_code: 0,
    })
    expect(run.documents).toMatchObject([
      {
        name: 'tomcat_version:app1',
        keep: 'history',
        body: { version: expect.stringMatching(/^Apache Tomcat\/10\.1\./) },
      },
    ])
  })

  test('uptime of the MBean and of the process are the same', async () => {
    const byBean = fieldsOf(await sample(up), 'tomcat_up')['uptime_seconds'] ?? 0
    const byProcess = fieldsOf(await sample(up, { jmx: false }), 'tomcat_up')['uptime_seconds'] ?? 0
    expect(Math.abs(byBean - byProcess)).toBeLessThan(60)
  })

  test('connectors agree with the manager’s own page, thread for thread', async () => {
    await using load = holdThreads(3)
    await load.busy(3)
    for (const path of ['/app/fail.jsp', '/app/session.jsp', '/']) await get(path, server.url)
    const name = `http-nio-127.0.0.1-${server.port}`
    await waitUntilSettled(async () => {
      const before = await readConnectorRow(name)
      const fields = fieldsOf(await sample(connector), 'tomcat_connector', { name })
      const after = await readConnectorRow(name)
      const { max, threads, busy, keepalive, slowest, requests, errors } = after
      expect(fields).toMatchObject({
        max_threads: max,
        current_thread_count: threads,
        current_threads_busy: busy,
        busy_percent: (busy / max) * 100,
        keepalive,
        max_time: slowest,
        request_count: requests,
        error_count: errors,
      })
      // the page is rounded to a ms
      expect(fields['processing_time']).toBeGreaterThanOrEqual(before.processingMs - 1)
      expect(fields['processing_time']).toBeLessThanOrEqual(after.processingMs + 1)
      expect(fields['processing_time']).toBeGreaterThanOrEqual(slowest)
      expect(busy).toBe(3)
      expect(errors).toBeGreaterThan(0)
    })
  })

  test('a full thread pool is 100 %', async () => {
    await using load = holdThreads(8)
    await load.busy(8)
    const fields = fieldsOf(await sample(connector), 'tomcat_connector', {
      name: `http-nio-127.0.0.1-${server.port}`,
    })
    expect(fields).toMatchObject({ max_threads: 8, current_threads_busy: 8, busy_percent: 100 })
  })

  test('through the connector that is full: the port is open, the process there, but nothing answers', async () => {
    await using load = holdThreads(8)
    await load.busy(8)
    await using opened = await openTomcatSource({ connect: server.url, catalinaBase: server.base })
    const abort = new AbortController()
    const running = sampleOnce(up, opened.session, { signal: abort.signal })
    const {
      up: isUp,
      error_code,
      port_open,
      process_found,
      http_ms,
    } = fieldsOf(await running, 'tomcat_up')
    expect({ isUp, error_code, port_open, process_found, http_ms }).toEqual({
      isUp: 0,
      error_code: 2, // no answer in time
      port_open: 1,
      process_found: 1,
      http_ms: undefined,
    })
    expect(opened.standing.state).toBe('failing')
  }, 60_000)

  test('under load the counters rise with every request, and agree when it is over', async () => {
    await using opened = await openJmx()
    const name = `http-nio-127.0.0.1-${server.port}`
    const counts: number[] = []
    const load = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let at = 0; at < 50; at++) await get('/', server.url)
      }),
    )
    for (let timeMs = 1; timeMs <= 10; timeMs++) {
      const run = await sampleOnce(connector, opened.session, { timeMs })
      counts.push(fieldsOf(run, 'tomcat_connector', { name })['request_count'] ?? -1)
    }
    await load
    expect(counts).toEqual(counts.toSorted((a, b) => a - b))
    const processor = `Catalina:type=GlobalRequestProcessor,name="${name}"`
    const { request_count } = await waitUntilSettled(async (timeMs) => {
      const run = await sampleOnce(connector, opened.session, { timeMs: 100 + timeMs })
      const fields = fieldsOf(run, 'tomcat_connector', { name })
      expect([fields['request_count'], fields['error_count'], fields['bytes_sent']]).toEqual([
        await bean(processor, 'requestCount'),
        await bean(processor, 'errorCount'),
        await bean(processor, 'bytesSent'),
      ])
      return fields
    })
    expect(request_count).toBeGreaterThanOrEqual(200)
  })

  test('memory and its pools agree with the MBeans', async () => {
    const { free, total, max, used_percent, heap_used, nonheap_used } = fieldsOf(
      await sample(jvmMemory),
      'tomcat_jvm_memory',
    )
    const heap = await get('/manager/jmxproxy/?qry=java.lang:type=Memory')
    const [, committed, limit] =
      /HeapMemoryUsage: \{committed=(\d+), init=\d+, max=(\d+)/.exec(heap) ?? []
    expect([total, max]).toEqual([Number(committed), Number(limit)])
    expect(used_percent).toBeCloseTo(((total! - free!) / max!) * 100, 6)
    expect(heap_used).toBeGreaterThan(1_000_000)
    expect(heap_used).toBeLessThanOrEqual(max!)
    expect(nonheap_used).toBeGreaterThan(1_000_000)
  })

  test('pools without a limit have no percentage and no maximum', async () => {
    const run = await sample(jvmMemory)
    const metaspace = fieldsOf(run, 'tomcat_jvm_memorypool', {
      name: 'Metaspace',
      type: 'Non-heap memory',
    })
    expect(metaspace).toMatchObject({
      used: expect.any(Number),
      max: undefined,
      used_percent: undefined,
    })
    const old = fieldsOf(run, 'tomcat_jvm_memorypool', { name: 'Tenured Gen' })
    expect(old['max']).toBe(
      Number(
        /name='Tenured Gen'[^>]*usageMax='(\d+)'/.exec(
          await get('/manager/status/all?XML=true'),
        )?.[1],
      ),
    )
  })

  test('sessions that nobody ends show as such, and an application that did not start', async () => {
    const before = fieldsOf(await sample(context), 'tomcat_context', { path: '/app' })
    for (let at = 0; at < 20; at++) await get('/app/session.jsp')
    const run = await sample(context)
    const app = fieldsOf(run, 'tomcat_context', { path: '/app', virtual_host: 'localhost' })
    expect(app['sessions_active']).toBe((before['sessions_active'] ?? 0) + 20)
    expect(app['sessions_active']).toBe(
      await bean('Catalina:type=Manager,host=localhost,context=/app', 'activeSessions'),
    )
    expect(app).toMatchObject({ state: 1, sessions_rejected_total: 0 })
    expect(fieldsOf(run, 'tomcat_context', { path: '/broken' })).toMatchObject({ state: 0 })
    expect(fieldsOf(run, 'tomcat_context', { path: '/' })).toMatchObject({ state: 1 })
  })

  test('asking makes no sessions of its own', async () => {
    await using opened = await openJmx({ page: '/app/session.jsp' })
    const before = await bean('Catalina:type=Manager,host=localhost,context=/app', 'sessionCounter')
    for (let at = 0; at < 4; at++)
      for (const probe of [up, connector]) await sampleOnce(probe, opened.session)
    expect(await bean('Catalina:type=Manager,host=localhost,context=/app', 'sessionCounter')).toBe(
      before + 1,
    )
    expect(
      await bean('Catalina:type=Manager,host=localhost,context=/manager', 'sessionCounter'),
    ).toBe(0)
  })

  test('collections and threads agree with the MBeans', async () => {
    const collections = await bean('java.lang:name=Copy,type=GarbageCollector', 'CollectionCount')
    const young = fieldsOf(await sample(gc), 'tomcat_gc', { name: 'Copy' })
    expect(young['count_total']).toBeGreaterThanOrEqual(collections)
    expect(young['count_total']).toBeLessThanOrEqual(
      await bean('java.lang:name=Copy,type=GarbageCollector', 'CollectionCount'),
    )
    const before = await bean('java.lang:type=Threading', 'PeakThreadCount')
    const { count, peak } = fieldsOf(await sample(thread), 'tomcat_thread')
    expect(peak).toBeGreaterThanOrEqual(before)
    expect(peak).toBeLessThanOrEqual(await bean('java.lang:type=Threading', 'PeakThreadCount'))
    expect(count).toBeLessThanOrEqual(peak!)
  })

  test('a datasource has its connections counted, and says nothing of its password', async () => {
    await get('/app/pool.jsp?take=3')
    const run = await sample(datasource)
    expect(run.samples).toMatchObject([
      {
        tags: { instance: 'app1', name: 'jdbc/orders', path: '/app', virtual_host: 'localhost' },
        fields: { active: 3, idle: 0, max: 5, wait: 0, used_percent: 60 },
      },
    ])
    expect(JSON.stringify(run)).not.toContain('secret-of')
  })

  test('the configuration is kept without a secret', async () => {
    const { documents, remarks } = await sample(config)
    expect(remarks).toEqual([])
    expect(documents).toMatchObject([{ name: 'tomcat_config:app1', keep: 'history' }])
    const body = documents[0]?.body as {
      files: { file: string; text: string }[]
      jvmArguments: string[]
    }
    expect(body.files.map(({ file }) => file)).toEqual(['conf/server.xml', 'conf/web.xml'])
    expect(body.files[0]?.text).toContain('maxThreads="8"')
    expect(body.jvmArguments).toContain('-Xmx64m')
    expect(body.jvmArguments).toContain('-Dapp.db.password=***')
    const text = JSON.stringify(documents)
    expect(text).not.toMatch(/secret|of-the-comment/)
    expect(text.length).toBeLessThan(64 * 1024)
  })

  test('with jmx off the jmxproxy is never asked', async () => {
    const before = (await server.accessLog()).length
    await using opened = await openTomcatSource({
      connect: server.adminUrl,
      user: 'status',
      password: 'secret-of-status',
    })
    for (const probe of TOMCAT_PROBES)
      await sampleOnce(probe, opened.session).catch(() => undefined)
    const lines = (await server.accessLog()).slice(before)
    expect(lines).toEqual([
      '- "GET / HTTP/1.1" 200',
      'status "GET /manager/status HTTP/1.1" 200',
      'status "GET /manager/status/all?JSON=true HTTP/1.1" 200',
      ...Array.from(
        { length: lines.length - 3 },
        () => 'status "GET /manager/status/all?JSON=true HTTP/1.1" 200',
      ),
    ])
  })

  test('without the role manager-jmx the rest goes on, and the cure is named', async () => {
    await using opened = await openTomcatSource({
      connect: server.adminUrl,
      user: 'status',
      password: 'secret-of-status',
      jmx: true,
    })
    const run = await sampleOnce(connector, opened.session)
    expect(run.samples.length).toBe(2)
    expect(run.remarks).toMatchObject([
      {
        en: expect.stringMatching(
          /tomcat-users\.xml: <user .* roles="manager-status,manager-jmx"\/>$/,
        ),
      },
    ])
    await expect(sampleOnce(gc, opened.session)).rejects.toMatchObject({ code: 'NOT_PERMITTED' })
  })

  test('one round asks for little: a logon, a status, and small queries', async () => {
    const sent: SentStatement[] = []
    await using opened = await openJmx({}, (one) => sent.push(one))
    for (const probe of TOMCAT_PROBES) await sampleOnce(probe, opened.session, { timeMs: 15_000 })
    expect(sent.map(({ statement }) => statement.id).toSorted()).toEqual([
      'tomcat.connector.pool',
      'tomcat.datasource.application',
      'tomcat.datasource.application-pool',
      'tomcat.datasource.shared',
      'tomcat.datasource.shared-pool',
      'tomcat.gc',
      'tomcat.jvm-memory.heap',
      'tomcat.logon',
      'tomcat.logon.format',
      'tomcat.status',
      'tomcat.thread',
      'tomcat.up.page',
      'tomcat.up.uptime',
    ])
  })
})

/** A connector as the manager's own page shows it. */
async function readConnectorRow(name: string) {
  const row = new RegExp(
    String.raw`<h1>"${name}"</h1>.*?Max threads: (\d+) Current thread count: (\d+) Current threads busy: (\d+) Keep alive sockets count: (\d+).*?Max processing time: (\d+) ms Processing time: ([\d.]+) s Request count: (\d+) Error count: (\d+)`,
    's',
  ).exec(await get('/manager/status'))
  if (row === null) throw new Error('the page has changed')
  const [max = 0, threads, busy = 0, keepalive, slowest = 0, seconds = 0, requests, errors] = row
    .slice(1)
    .map(Number)
  return { max, threads, busy, keepalive, slowest, processingMs: seconds * 1000, requests, errors }
}

/** Tomcat counts a request when its answer is gone: two looks may differ by the last one until it is quiet. */
function waitUntilSettled<T>(look: (attempt: number) => Promise<T>): Promise<T> {
  let attempt = 0
  return vi.waitFor(() => look(attempt++), { timeout: 20_000, interval: 50 })
}

interface Load extends AsyncDisposable {
  /** Resolves when so many threads of the users’ connector are busy. */
  busy(count: number): Promise<void>
}

/** Keeps threads of the users' connector busy until it is disposed of. */
function holdThreads(count: number): Load {
  const held = Array.from({ length: count }, () => get('/app/hold.jsp', server.url))
  const name = `Catalina:type=ThreadPool,name="http-nio-127.0.0.1-${server.port}"`
  return {
    busy: (wanted) =>
      expect
        .poll(() => bean(name, 'currentThreadsBusy'), { timeout: 20_000, interval: 20 })
        .toBe(wanted),
    async [Symbol.asyncDispose]() {
      await get('/app/release.jsp')
      await Promise.all(held)
    },
  }
}
