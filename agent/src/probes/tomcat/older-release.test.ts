import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openTomcatSource, type OpenedTomcat } from '../../testing/open-tomcat-source.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { LOGON_PAGE, StandInTomcat, STATUS_XML } from '../../testing/stand-in-tomcat.ts'
import { TOMCAT_PROBES } from '../../testing/tomcat-statements.ts'
import connector from './connector.ts'
import context from './context.ts'
import datasource from './datasource.ts'
import gc from './gc.ts'
import jvmMemory from './jvm-memory.ts'
import thread from './thread.ts'
import up from './up.ts'

const JMX = '/manager/jmxproxy/?'

/** Stands in for Tomcat 8.5: XML without contexts, MBeans as its jmxproxy writes them. */
const TOMCAT_8 = {
  '/': 'up',
  '/manager/status': LOGON_PAGE,
  '/manager/status?JSON=true': LOGON_PAGE,
  '/manager/status/all?XML=true': STATUS_XML,
  [`${JMX}get=java.lang:type=Runtime&att=Uptime`]:
    "OK - Attribute get 'java.lang:type=Runtime' - Uptime = 3600500\n",
  [`${JMX}qry=java.lang:type=Memory`]:
    'OK - Number of results: 1\r\n\r\nName: java.lang:type=Memory\r\nHeapMemoryUsage: javax.management.openmbean.CompositeDataSupport(compositeType=x,contents={committed=3, init=1, max=4, used=2})\r\nNonHeapMemoryUsage: {committed=7, init=5, max=-1, used=6}\r\n',
  [`${JMX}qry=*:type=ThreadPool,name=*`]:
    'OK - Number of results: 2\n\nName: Catalina:type=ThreadPool,name="http-nio-8080"\nkeepAliveCount: 12\n\nName: Other:type=ThreadPool,name="unknown"\nkeepAliveCount: 1\n',
  [`${JMX}qry=*:type=Manager,host=*,context=*`]:
    'OK - Number of results: 1\n\nName: Catalina:type=Manager,host=localhost,context=/shop\nstateName: STARTED\nactiveSessions: 5\nmaxActive: 9\nmaxActiveSessions: -1\nsessionCounter: 20\nrejectedSessions: 1\nexpiredSessions: 14\n',
  [`${JMX}qry=java.lang:type=GarbageCollector,name=*`]:
    'OK - Number of results: 1\n\nName: java.lang:type=GarbageCollector,name=PS Scavenge\nCollectionCount: 41\nCollectionTime: 950\n',
  [`${JMX}qry=java.lang:type=Threading`]:
    'OK - Number of results: 1\n\nName: java.lang:type=Threading\nThreadCount: 61\nPeakThreadCount: 70\nAllThreadIds: Array[long] of length 2\n\t1\n\t2\n',
  [`${JMX}qry=*:type=DataSource,class=*,name=*`]:
    'OK - Number of results: 2\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/shared"\nactive: 10\nidle: 2\nmaxActive: 100\nwaitCount: 3\npassword: geheim\nurl: jdbc:x\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/unlimited"\nnumActive: 1\nnumIdle: 0\nmaxTotal: -1\n',
  [`${JMX}qry=*:type=DataSource,class=*,name=*,connectionpool=connections`]:
    'OK - Number of results: 1\n\nName: Catalina:type=DataSource,class=javax.sql.DataSource,name="jdbc/unlimited",connectionpool=connections\nNumWaiters: 4\n',
  [`${JMX}qry=*:type=DataSource,host=*,context=*,class=*,name=*`]: 'OK - Number of results: 0\n\n',
  [`${JMX}qry=*:type=DataSource,host=*,context=*,class=*,name=*,connectionpool=connections`]:
    'OK - Number of results: 0\n\n',
}

async function openOlder(options: Readonly<Record<string, unknown>> = {}): Promise<OpenedTomcat> {
  const standIn = await StandInTomcat.open(TOMCAT_8)
  const opened = await openTomcatSource({
    connect: standIn.url,
    user: 'jmx',
    password: 'geheim',
    jmx: true,
    catalinaBase: import.meta.dirname,
    ...options,
  })
  const close = () => opened[Symbol.asyncDispose]()
  return {
    ...opened,
    async [Symbol.asyncDispose]() {
      await close()
      await standIn[Symbol.asyncDispose]()
    },
  }
}

for (const probe of TOMCAT_PROBES) describeProbe(probe, { open: () => openOlder() })

const INSTANCE = { instance: 'app1' }

test('memory and pools, with percentages where there is a limit', async () => {
  await using opened = await openOlder()
  const { samples } = await sampleOnce(jvmMemory, opened.session)
  expect(samples.map(({ measurement, fields }) => ({ measurement, ...fields }))).toEqual([
    {
      measurement: 'tomcat_jvm_memory',
      free: 20000000,
      total: 100000000,
      max: 400000000,
      used_percent: 20,
    },
    {
      measurement: 'tomcat_jvm_memorypool',
      init: 1,
      committed: 200,
      max: 1000,
      used: 100,
      used_percent: 10,
    },
    { measurement: 'tomcat_jvm_memorypool', init: 0, committed: 200, used: 100 },
    { measurement: 'tomcat_jvm_memory', heap_used: 2, nonheap_used: 6 },
  ])
})

test('connectors, with the connections kept open of those that the status names', async () => {
  await using opened = await openOlder()
  const { samples } = await sampleOnce(connector, opened.session)
  const tags = { ...INSTANCE, name: 'http-nio-8080', source: opened.session.source }
  expect(samples).toEqual([
    {
      measurement: 'tomcat_connector',
      tags,
      fields: {
        max_threads: 200,
        current_thread_count: 60,
        current_threads_busy: 50,
        busy_percent: 25,
        request_count: 4838,
        error_count: 24,
        processing_time: 28326,
        max_time: 247,
        bytes_received: 7,
        bytes_sent: 12174519,
      },
    },
    { measurement: 'tomcat_connector', tags, fields: { keepalive: 12 } },
  ])
})

test('contexts come from the MBeans where the status has none', async () => {
  await using opened = await openOlder()
  expect((await sampleOnce(context, opened.session)).samples).toEqual([
    {
      measurement: 'tomcat_context',
      tags: { ...INSTANCE, virtual_host: 'localhost', path: '/shop' },
      fields: {
        state: 1,
        sessions_active: 5,
        sessions_max: 9,
        sessions_created_total: 20,
        sessions_rejected_total: 1,
        expired_total: 14,
      },
    },
  ])
})

test.for([context, gc, thread, datasource])(
  'without jmx there is nothing to tell by $name',
  async (probe) => {
    await using opened = await openOlder({ jmx: false })
    await expect(sampleOnce(probe, opened.session)).rejects.toMatchObject({ name: 'NoDataError' })
  },
)

test('collections, threads and pools of connections', async () => {
  await using opened = await openOlder()
  expect((await sampleOnce(gc, opened.session)).samples).toMatchObject([
    { tags: { name: 'PS Scavenge' }, fields: { count_total: 41, time_ms_total: 950 } },
  ])
  expect((await sampleOnce(thread, opened.session)).samples).toMatchObject([
    { fields: { count: 61, peak: 70 } },
  ])
  const { samples } = await sampleOnce(datasource, opened.session)
  expect(samples).toEqual([
    {
      measurement: 'tomcat_datasource',
      tags: { ...INSTANCE, name: 'jdbc/shared', path: '', virtual_host: '' },
      fields: { active: 10, idle: 2, max: 100, wait: 3, used_percent: 10 },
    },
    {
      measurement: 'tomcat_datasource',
      tags: { ...INSTANCE, name: 'jdbc/unlimited', path: '', virtual_host: '' },
      fields: { active: 1, idle: 0, wait: 4 },
    },
  ])
})

test('version and uptime; the version is told when it changes and once a day', async () => {
  await using opened = await openOlder()
  const first = await sampleOnce(up, opened.session)
  expect(first.documents).toEqual([
    {
      name: 'tomcat_version:app1',
      keep: 'history',
      body: {
        version: 'Apache Tomcat/8.5.100',
        jvm: '1.8.0_402-b06',
        jvmVendor: 'Temurin',
        os: 'Linux',
        osVersion: '3.10.0',
        architecture: 'amd64',
      },
    },
  ])
  expect(first.samples.at(-1)?.fields).toEqual({ manager_error_code: 0, uptime_seconds: 3600.5 })
  const second = await sampleOnce(up, opened.session, { memory: first.memory, monotonicMs: 15_000 })
  expect(second.documents).toEqual([])
  const nextDay = await sampleOnce(up, opened.session, {
    memory: second.memory,
    monotonicMs: 86_400_000,
  })
  expect(nextDay.documents.length).toBe(1)
})
