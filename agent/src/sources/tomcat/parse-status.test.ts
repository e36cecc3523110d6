import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ProbeError } from '../../probe.ts'
import { parseStatusJson } from './parse-status-json.ts'
import { parseStatusXml } from './parse-status-xml.ts'

/** Tomcat 7 with Java 6: bio connector, an AJP connector on a shared executor, workers whose queries hold what XML escapes. */
const TOMCAT_7 = `<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet type="text/xsl" href="/manager/xform.xsl" ?>
<status><jvm><memory free='20014352' total='41459712' max='127729664'/></jvm><connector name='"http-bio-8080"'><threadInfo  maxThreads="200" currentThreadCount="3" currentThreadsBusy="1" /><requestInfo  maxTime="68" processingTime="88" requestCount="2" errorCount="1" bytesReceived="0" bytesSent="9286" /><workers><worker  stage="S" requestProcessingTime="4" requestBytesSent="0" requestBytesReceived="0" remoteAddr="127.0.0.1" virtualHost="127.0.0.1" method="GET" currentUri="/a>b" currentQueryString="q=&#60;memory free='1'/&#62;&amp;x=1" protocol="HTTP/1.1" /></workers></connector><connector name='"ajp-bio-8009"'><threadInfo  maxThreads="-1" currentThreadCount="-1" currentThreadsBusy="-1" /><requestInfo  maxTime="0" processingTime="0" requestCount="0" errorCount="0" bytesReceived="0" bytesSent="0" /><workers></workers></connector></status>`

/** Tomcat 8.5 and 9: memory pools, entities in their names. */
const TOMCAT_9 = `<?xml version="1.0" encoding="utf-8"?>
<!-- by a proxy: <memory free='1'/> -->
<status>
  <jvm>
    <memory free='1' total='2' max='9007199254740993'/>
    <memorypool name='CodeHeap &apos;non-nmethods&apos;' type='Non-heap memory' usageInit='2555904' usageCommitted='2555904' usageMax='5840896' usageUsed='1477888'/>
    <memorypool name='Metaspace' type='Non-heap memory' usageInit='0' usageCommitted='18939904' usageMax='-1' usageUsed='18537336'/>
  </jvm>
  <connector name='&quot;https-openssl-nio-8443&quot;'>
    <threadInfo maxThreads="200" currentThreadCount="10" currentThreadsBusy="1"/>
    <requestInfo maxTime="247" processingTime="28326" requestCount="4838" errorCount="24" bytesReceived="0" bytesSent="12174519"/>
  </connector>
</status>`

const NOT_SENT = {
  requests: 0,
  errors: 0,
  bytesReceived: 0,
  bytesSent: 0,
  maxTimeMs: 0,
  processingTimeMs: 0,
}

test('reads Tomcat 7: no pools, and a connector on an executor has no threads of its own', () => {
  expect(parseStatusXml(TOMCAT_7)).toEqual({
    memory: { free: 20014352, total: 41459712, max: 127729664 },
    pools: [],
    connectors: [
      {
        name: 'http-bio-8080',
        maxThreads: 200,
        threads: 3,
        busy: 1,
        maxTimeMs: 68,
        processingTimeMs: 88,
        requests: 2,
        errors: 1,
        bytesReceived: 0,
        bytesSent: 9286,
      },
      {
        name: 'ajp-bio-8009',
        maxThreads: undefined,
        threads: undefined,
        busy: undefined,
        ...NOT_SENT,
      },
    ],
    contexts: undefined,
  })
})

test('reads Tomcat 9: pools with entities in their names, −1 is missing, numbers beyond 2^53 are rounded', () => {
  const { memory, pools, connectors } = parseStatusXml(TOMCAT_9)
  expect(memory).toEqual({ free: 1, total: 2, max: 9007199254740992 })
  expect(pools).toEqual([
    {
      name: "CodeHeap 'non-nmethods'",
      type: 'Non-heap memory',
      init: 2555904,
      committed: 2555904,
      max: 5840896,
      used: 1477888,
    },
    {
      name: 'Metaspace',
      type: 'Non-heap memory',
      init: 0,
      committed: 18939904,
      max: undefined,
      used: 18537336,
    },
  ])
  expect(connectors).toMatchObject([{ name: 'https-openssl-nio-8443', busy: 1, requests: 4838 }])
})

test.each([
  { note: 'an empty answer', text: '', message: 'no status document' },
  { note: 'a page', text: '<html><body>login</body></html>', message: 'no status document' },
  { note: 'a status without memory', text: '<status></status>', message: 'no status document' },
  { note: 'a cut answer', text: TOMCAT_9.slice(0, 300), message: 'ends within a tag' },
  { note: 'a comment without an end', text: '<status><!-- ', message: 'ends within a tag' },
  {
    note: 'a word for a number',
    text: "<status><jvm><memory free='much' total='2' max='3'/></jvm></status>",
    message: 'free of <memory> is "much"',
  },
  {
    note: 'an empty number',
    text: "<status><jvm><memory free='' total='2' max='3'/></jvm></status>",
    message: 'free of <memory> is ""',
  },
  {
    note: 'a connector without a name',
    text: "<status><jvm><memory free='1' total='2' max='3'/></jvm><connector/></status>",
    message: 'has no name',
  },
])('refuses $note', ({ text, message }) => {
  expect(() => parseStatusXml(text)).toThrow(ProbeError)
  expect(() => parseStatusXml(text)).toThrow(message)
})

test('a long answer that is no XML is refused in no time', () => {
  expect(() => parseStatusXml(`<a ${'b="'.repeat(1_000_000)}`)).toThrow(ProbeError)
  expect(() => parseStatusXml('<'.repeat(200_000))).toThrow(ProbeError)
})

/** Tomcat 11: JSON, with contexts. */
const TOMCAT_11 = JSON.stringify({
  tomcat: {
    jvm: {
      memory: { free: 82843408, total: 134217728, max: 268435456 },
      memorypool: [
        {
          name: 'Metaspace',
          type: 'Non-heap memory',
          usageInit: 0,
          usageCommitted: 12713984,
          usageMax: -1,
          usageUsed: 12454064,
        },
      ],
    },
    connector: [
      {
        name: '"http-nio-8080"',
        threadInfo: { maxThreads: -1, currentThreadCount: -1, currentThreadsBusy: -1 },
        requestInfo: {
          maxTime: 44,
          processingTime: 44,
          requestCount: 1,
          errorCount: 0,
          bytesReceived: 0,
          bytesSent: 1207,
        },
      },
    ],
    context: [
      {
        name: 'localhost/shop##2',
        state: 'STARTED',
        manager: {
          activeSessions: 7,
          sessionCounter: 20,
          maxActive: 9,
          rejectedSessions: 1,
          expiredSessions: 12,
        },
      },
      { name: 'www.example.org/', state: 'FAILED' },
    ],
  },
})

test('reads JSON with contexts; one that failed has no sessions', () => {
  const { memory, connectors, contexts, pools } = parseStatusJson(TOMCAT_11)
  expect(memory).toEqual({ free: 82843408, total: 134217728, max: 268435456 })
  expect(pools).toMatchObject([{ name: 'Metaspace', max: undefined, used: 12454064 }])
  expect(connectors).toMatchObject([
    { name: 'http-nio-8080', maxThreads: undefined, busy: undefined, requests: 1 },
  ])
  expect(contexts).toEqual([
    {
      virtualHost: 'localhost',
      path: '/shop##2',
      isStarted: true,
      activeSessions: 7,
      mostSessions: 9,
      createdSessions: 20,
      rejectedSessions: 1,
      expiredSessions: 12,
    },
    { virtualHost: 'www.example.org', path: '/', isStarted: false },
  ])
})

test('JSON without contexts says nothing of them', () => {
  const { context: _, ...tomcat } = (JSON.parse(TOMCAT_11) as { tomcat: { context: unknown } })
    .tomcat
  expect(parseStatusJson(JSON.stringify({ tomcat })).contexts).toBeUndefined()
})

test.each([
  { note: 'no JSON', text: '{"tomcat":', message: 'is no JSON' },
  { note: 'a list', text: '[]', message: 'is no object' },
  {
    note: 'another document',
    text: '{"status":1}',
    message: 'tomcat of the manager’s status is no object',
  },
  {
    note: 'a null',
    text: '{"tomcat":{"jvm":null}}',
    message: 'jvm of the manager’s status is no object',
  },
  {
    note: 'a text for a number',
    text: TOMCAT_11.replace('82843408', '"82843408"'),
    message: 'free of the manager’s status is no number',
  },
  {
    note: 'a number for a name',
    text: TOMCAT_11.replace('"Metaspace"', '5'),
    message: 'name of the manager’s status is no text',
  },
  {
    note: 'an object for a list',
    text: TOMCAT_11.replace('"connector":[', '"connector":{},"x":['),
    message: 'connector of the manager’s status is no list',
  },
])('refuses $note in JSON', ({ text, message }) => {
  expect(() => parseStatusJson(text)).toThrow(ProbeError)
  expect(() => parseStatusJson(text)).toThrow(message)
})

test('a NULL where a number is documented is missing', () => {
  expect(parseStatusJson(TOMCAT_11.replace('82843408', 'null')).memory.free).toBeUndefined()
})

const SHARED = join(import.meta.dirname, '../../../../../shared')

test.for([
  {
    file: 'samples/tomcat10.1-manager-status.xml',
    free: 82843408,
    pools: 6,
    connector: 'http-nio-127.0.0.1-18080',
  },
  {
    file: 'samples/tomcat10.1-manager-status.json',
    free: 83353768,
    pools: 6,
    connector: 'http-nio-127.0.0.1-18080',
  },
  {
    file: 'device-data/tomcat/netdata_server_status.xml',
    free: 144529816,
    pools: 8,
    connector: 'http-nio-8080',
  },
])('reads the recording $file', ({ file, free, pools, connector }, { skip }) => {
  const text = readIfThere(join(SHARED, file))
  if (text === undefined) return skip('not on this machine: the recordings in ../shared')
  const status = file.endsWith('.json') ? parseStatusJson(text) : parseStatusXml(text)
  expect(status.memory.free).toBe(free)
  expect(status.pools.length).toBe(pools)
  expect(status.connectors[0]?.name).toBe(connector)
})

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
