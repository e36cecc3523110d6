import type { LocalizedText } from '@wardround/protocol'
import { ProbeError } from '../../probe.ts'
import {
  unquote,
  type Connector,
  type Context,
  type MemoryPool,
  type TomcatStatus,
} from './tomcat-status.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * Parses /manager/status/all?JSON=true. Contexts are missing where the manager tells none.
 * @throws ProbeError UNPARSABLE
 */
export function parseStatusJson(text: string): TomcatStatus {
  const tomcat = membersOf(parseJson(text), 'tomcat')
  const jvm = membersOf(tomcat, 'jvm')
  const memory = membersOf(jvm, 'memory')
  return {
    memory: {
      free: numberOf(memory, 'free'),
      total: numberOf(memory, 'total'),
      max: numberOf(memory, 'max'),
    },
    pools: listOf(jvm, 'memorypool').map(toPool),
    connectors: listOf(tomcat, 'connector').map(toConnector),
    contexts:
      tomcat['context'] === undefined ? undefined : listOf(tomcat, 'context').map(toContext),
  }
}

function parseJson(text: string): Members {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ProbeError(
      'UNPARSABLE',
      { zh: 'manager 的状态不是 JSON', en: 'the manager’s status is no JSON' },
      { cause: error },
    )
  }
  return asMembers(value, { zh: 'manager 的状态', en: 'the manager’s status' })
}

function toPool(pool: Members): MemoryPool {
  return {
    name: textOf(pool, 'name'),
    type: textOf(pool, 'type'),
    init: numberOf(pool, 'usageInit'),
    committed: numberOf(pool, 'usageCommitted'),
    max: numberOf(pool, 'usageMax'),
    used: numberOf(pool, 'usageUsed'),
  }
}

function toConnector(connector: Members): Connector {
  const threads = membersOf(connector, 'threadInfo')
  const requests = membersOf(connector, 'requestInfo')
  return {
    name: unquote(textOf(connector, 'name')),
    maxThreads: numberOf(threads, 'maxThreads'),
    threads: numberOf(threads, 'currentThreadCount'),
    busy: numberOf(threads, 'currentThreadsBusy'),
    maxTimeMs: numberOf(requests, 'maxTime'),
    processingTimeMs: numberOf(requests, 'processingTime'),
    requests: numberOf(requests, 'requestCount'),
    errors: numberOf(requests, 'errorCount'),
    bytesReceived: numberOf(requests, 'bytesReceived'),
    bytesSent: numberOf(requests, 'bytesSent'),
  }
}

/** `localhost/manager`; an application that never started has no manager of sessions. */
function toContext(context: Members): Context {
  const name = textOf(context, 'name')
  const slash = name.indexOf('/')
  const sessions = context['manager'] === undefined ? {} : membersOf(context, 'manager')
  return {
    virtualHost: slash === -1 ? name : name.slice(0, slash),
    path: slash === -1 ? '/' : name.slice(slash),
    isStarted: context['state'] === undefined ? undefined : textOf(context, 'state') === 'STARTED',
    activeSessions: numberOf(sessions, 'activeSessions'),
    mostSessions: numberOf(sessions, 'maxActive'),
    createdSessions: numberOf(sessions, 'sessionCounter'),
    rejectedSessions: numberOf(sessions, 'rejectedSessions'),
    expiredSessions: numberOf(sessions, 'expiredSessions'),
  }
}

function asMembers(value: unknown, what: LocalizedText): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ProbeError('UNPARSABLE', { zh: `${what.zh} 不是对象`, en: `${what.en} is no object` })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an object that JSON.parse made; its members stay unknown
  return value as Members
}

function membersOf(parent: Members, name: string): Members {
  return asMembers(parent[name], ofStatus(name))
}

function ofStatus(name: string): LocalizedText {
  return { zh: `manager 状态中的 ${name}`, en: `${name} of the manager’s status` }
}

function listOf(parent: Members, name: string): readonly Members[] {
  const list = parent[name]
  if (!Array.isArray(list))
    throw new ProbeError('UNPARSABLE', {
      zh: `manager 状态中的 ${name} 不是列表`,
      en: `${name} of the manager’s status is no list`,
    })
  return list.map((one) => asMembers(one, ofStatus(name)))
}

function textOf(parent: Members, name: string): string {
  const value = parent[name]
  if (typeof value === 'string') return value
  throw new ProbeError('UNPARSABLE', {
    zh: `manager 状态中的 ${name} 不是文本`,
    en: `${name} of the manager’s status is no text`,
  })
}

/** Missing where it is absent or negative. */
function numberOf(parent: Members, name: string): number | undefined {
  const value = parent[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number')
    throw new ProbeError('UNPARSABLE', {
      zh: `manager 状态中的 ${name} 不是数字`,
      en: `${name} of the manager’s status is no number`,
    })
  return value < 0 ? undefined : value
}
