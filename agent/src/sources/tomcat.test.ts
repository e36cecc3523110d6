import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import connector from '../probes/tomcat/connector.ts'
import context from '../probes/tomcat/context.ts'
import gc from '../probes/tomcat/gc.ts'
import jvmMemory from '../probes/tomcat/jvm-memory.ts'
import up from '../probes/tomcat/up.ts'
import type { Probe } from '../probe.ts'
import { openTomcatSource, type OpenedTomcat } from '../testing/open-tomcat-source.ts'
import { sampleOnce, type SampledRun } from '../testing/sample-once.ts'
import { hasTomcat, makeCertificate, NO_TOMCAT, TomcatServer } from '../testing/tomcat-server.ts'

const STARTING = 90_000

function fieldsOf(run: SampledRun, measurement: string): Record<string, number | undefined> {
  const samples = run.samples.filter((one) => one.measurement === measurement)
  return Object.assign({}, ...samples.map(({ fields }) => fields)) as Record<
    string,
    number | undefined
  >
}

async function errorOf(probe: Probe, { session }: OpenedTomcat, timeMs = 0): Promise<unknown> {
  return sampleOnce(probe, session, { timeMs }).then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a real Tomcat', () => {
  let server: TomcatServer
  beforeAll(async () => {
    if (hasTomcat) server = await TomcatServer.start()
  }, STARTING)
  afterAll(() => server?.[Symbol.asyncDispose](), 30_000)

  function open(
    user: string,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<OpenedTomcat> {
    return openTomcatSource({
      connect: server.adminUrl,
      user,
      password: `secret-of-${user}`,
      ...options,
    })
  }

  test('a wrong password is tried once, whatever asks, and Tomcat stays up', async ({ skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    const before = (await server.accessLog()).length
    await using opened = await open('status', { password: 'wrong', jmx: true })
    for (let round = 0; round < 4; round++)
      for (const probe of [connector, jvmMemory, context, gc])
        expect(await errorOf(probe, opened, round * 15_000)).toMatchObject({ code: 'REFUSED' })
    const run = await sampleOnce(up, opened.session)
    expect(fieldsOf(run, 'tomcat_up')).toMatchObject({ up: 1, manager_error_code: 4 })
    expect(opened.standing).toMatchObject({
      state: 'refused',
      reason: {
        en: expect.stringContaining('LockOutRealm'),
        zh: expect.stringContaining('已停止尝试'),
      },
    })
    const log = (await server.accessLog()).slice(before)
    expect(log.filter((line) => line.includes('/manager/'))).toEqual([
      '- "GET /manager/status HTTP/1.1" 401',
    ])
  })

  test('an account without a role is told which one, and where to write it', async ({ skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    await using opened = await open('nobody')
    expect(await errorOf(connector, opened)).toMatchObject({
      code: 'NOT_ANSWERING',
      text: {
        en: expect.stringContaining(
          '<user username="wardround" password="…" roles="manager-status"/>',
        ),
        zh: expect.stringContaining('manager-status'),
      },
    })
    expect(fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')).toMatchObject({
      up: 1,
      manager_error_code: 12,
    })
  })

  test('a manager at another path is not found, and told', async ({ skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    await using opened = await open('status', { manager: '/verwaltung' })
    expect(await errorOf(connector, opened)).toMatchObject({
      code: 'NOT_ANSWERING',
      text: { en: expect.stringContaining('no manager application at /verwaltung') },
    })
  })

  test('an MBean that is not there is an error of the statement, though the status is 200', async ({
    skip,
  }) => {
    skip(!hasTomcat, NO_TOMCAT)
    const { beanAttribute, FORMAT, LOGON } = await import('./tomcat/tomcat-statements.ts')
    const absent = beanAttribute('tomcat.test', 'java.lang:type=Nothing', 'Uptime')
    await using opened = await openTomcatSource(
      { connect: server.adminUrl, user: 'jmx', password: 'secret-of-jmx', jmx: true },
      { statements: [LOGON, FORMAT, absent] },
    )
    await expect(
      opened.session.attribute(absent, new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'NOT_PERMITTED',
      message: expect.stringContaining(
        'javax.management.InstanceNotFoundException: java.lang:type=Nothing',
      ),
    })
  })

  test('a statement that is not on the list is not sent', async ({ skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    const { beanQuery } = await import('./tomcat/tomcat-statements.ts')
    const before = (await server.accessLog()).length
    await using opened = await open('jmx', { jmx: true })
    await expect(
      opened.session.beans(beanQuery('tomcat.test', '*:type=*'), [], new AbortController().signal),
    ).rejects.toThrow('not on the list')
    expect(
      (await server.accessLog()).slice(before).filter((line) => line.includes('jmxproxy')),
    ).toEqual([])
  })

  test('frozen, it is down with its port open; thawed, it is up again on the same line', async ({
    skip,
  }) => {
    skip(!hasTomcat, NO_TOMCAT)
    await using opened = await open('status', { catalinaBase: server.base })
    expect(fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')).toMatchObject({ up: 1 })
    server.freeze()
    try {
      const run = await sampleOnce(up, opened.session)
      expect(fieldsOf(run, 'tomcat_up')).toMatchObject({
        up: 0,
        error_code: 2,
        port_open: 1,
        process_found: 1,
      })
    } finally {
      server.thaw()
    }
    expect(fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')).toMatchObject({
      up: 1,
      manager_error_code: 0,
    })
  }, 30_000)

  test(
    'a restart in between: down, then up, counters and uptime from the start',
    async ({ skip }) => {
      skip(!hasTomcat, NO_TOMCAT)
      await using opened = await open('jmx', {
        jmx: true,
        catalinaBase: server.base,
        page: '/app/session.jsp',
      })
      for (let at = 0; at < 5; at++)
        await fetch(`${server.adminUrl}/`).then((response) => response.text())
      const before = await sampleOnce(up, opened.session)
      const requests = adminRequests(await sampleOnce(connector, opened.session, { timeMs: 1 }))
      expect(requests).toBeGreaterThan(5)
      await server.stop()
      expect(fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')).toMatchObject({
        up: 0,
        error_code: 1,
        port_open: 0,
        process_found: 0,
        uptime_seconds: undefined,
      })
      await server.run()
      const after = fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')
      expect(after).toMatchObject({ up: 1, process_found: 1, manager_error_code: 0 })
      expect(after['uptime_seconds']).toBeLessThan(
        fieldsOf(before, 'tomcat_up')['uptime_seconds']! + 60,
      )
      expect(
        adminRequests(await sampleOnce(connector, opened.session, { timeMs: 2 })),
      ).toBeLessThan(requests!)
    },
    STARTING,
  )

  function adminRequests(run: SampledRun): number | undefined {
    return run.samples.find(({ tags }) => tags['name']?.endsWith(`-${server.adminPort}`))?.fields[
      'request_count'
    ]
  }
})

describe('a real Tomcat without its manager, over TLS with a certificate of its own', () => {
  let server: TomcatServer
  let certificates: { readonly right: string; readonly other: string }
  beforeAll(async () => {
    if (!hasTomcat) return
    const { mkdtemp } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const directory = await mkdtemp(join(tmpdir(), 'wardround-certificates-'))
    const own = await makeCertificate(join(directory, 'own'), ['127.0.0.1', 'app1.example.org'])
    const other = await makeCertificate(join(directory, 'other'), ['127.0.0.1'])
    certificates = { right: own.certificate, other: other.certificate }
    server = await TomcatServer.start({ manager: false, tls: { keystore: own.keystore } })
  }, STARTING)
  afterAll(() => server?.[Symbol.asyncDispose](), 30_000)

  async function ask(
    options: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, number | undefined>> {
    await using opened = await openTomcatSource({ connect: server.url, ...options })
    return fieldsOf(await sampleOnce(up, opened.session), 'tomcat_up')
  }

  test('with its certificate as caFile it is up; process, port and HTTP are all there is', async ({
    skip,
  }) => {
    skip(!hasTomcat, NO_TOMCAT)
    const fields = await ask({ caFile: certificates.right, catalinaBase: server.base })
    expect(fields).toMatchObject({
      up: 1,
      error_code: 0,
      port_open: 1,
      process_found: 1,
      http_status: 200,
      manager_error_code: undefined,
    })
    expect(fields['uptime_seconds']).toBeGreaterThanOrEqual(0)
    expect(fields['http_ms']).toBeGreaterThan(0)
  })

  test('under a name that the certificate has', async ({ skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    expect(await ask({ caFile: certificates.right, serverName: 'app1.example.org' })).toMatchObject(
      { up: 1 },
    )
  })

  test.for([
    { note: 'without a caFile', options: () => ({}) },
    { note: 'with another’s certificate', options: () => ({ caFile: certificates.other }) },
    {
      note: 'under a name that it does not have',
      options: () => ({ caFile: certificates.right, serverName: 'db1.example.org' }),
    },
    { note: 'by plain HTTP', options: () => ({ connect: server.url.replace('https:', 'http:') }) },
  ])('$note it is refused as a matter of TLS', async ({ options }, { skip }) => {
    skip(!hasTomcat, NO_TOMCAT)
    expect(await ask(options())).toMatchObject({ up: 0, error_code: 10, port_open: 1 })
  })

  test('what needs the manager says so quietly without an account, loudly with one', async ({
    skip,
  }) => {
    skip(!hasTomcat, NO_TOMCAT)
    await using without = await openTomcatSource({
      connect: server.url,
      caFile: certificates.right,
    })
    expect(await errorOf(connector, without)).toMatchObject({ name: 'NoDataError' })
    await using account = await openTomcatSource({
      connect: server.url,
      caFile: certificates.right,
      user: 'status',
      password: 'secret-of-status',
    })
    expect(await errorOf(connector, account)).toMatchObject({
      code: 'NOT_ANSWERING',
      text: { en: expect.stringContaining('no manager application at /manager') },
    })
  })
})
