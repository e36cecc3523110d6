import { ProbeError } from '../../probe.ts'
import { unquote, type Connector, type MemoryPool, type TomcatStatus } from './tomcat-status.ts'

interface Tag {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
}

/**
 * Parses /manager/status/all?XML=true: Telegraf reads the same. All that it says stands in attributes; the workers are passed over, they
 * name the users' addresses and queries.
 * @throws ProbeError UNPARSABLE
 */
export function parseStatusXml(text: string): TomcatStatus {
  let memory: TomcatStatus['memory'] | undefined
  let hasRoot = false
  const pools: MemoryPool[] = []
  const connectors: Connector[] = []
  for (const tag of readTags(text)) {
    if (tag.name === 'status') hasRoot = true
    else if (tag.name === 'memory') memory = toMemory(tag)
    else if (tag.name === 'memorypool') pools.push(toPool(tag))
    else if (tag.name === 'connector') connectors.push({ ...NO_NUMBERS, name: nameOf(tag) })
    else if (tag.name === 'threadInfo') replaceLast(connectors, toThreads(tag))
    else if (tag.name === 'requestInfo') replaceLast(connectors, toRequests(tag))
  }
  if (!hasRoot || memory === undefined)
    throw new ProbeError('UNPARSABLE', {
      zh: 'manager 的应答不是状态文档：没有含 <memory> 的 <status>',
      en: 'the manager’s answer is no status document: no <status> with <memory>',
    })
  return { memory, pools, connectors, contexts: undefined }
}

const NO_NUMBERS = {
  maxThreads: undefined,
  threads: undefined,
  busy: undefined,
  maxTimeMs: undefined,
  processingTimeMs: undefined,
  requests: undefined,
  errors: undefined,
  bytesReceived: undefined,
  bytesSent: undefined,
}

function replaceLast(connectors: Connector[], numbers: Partial<Connector>): void {
  const last = connectors.pop()
  if (last !== undefined) connectors.push({ ...last, ...numbers })
}

function toMemory(tag: Tag): TomcatStatus['memory'] {
  return { free: numberIn(tag, 'free'), total: numberIn(tag, 'total'), max: numberIn(tag, 'max') }
}

function toPool(tag: Tag): MemoryPool {
  return {
    name: nameOf(tag),
    type: tag.attributes.get('type') ?? '',
    init: numberIn(tag, 'usageInit'),
    committed: numberIn(tag, 'usageCommitted'),
    max: numberIn(tag, 'usageMax'),
    used: numberIn(tag, 'usageUsed'),
  }
}

function toThreads(tag: Tag): Partial<Connector> {
  return {
    maxThreads: numberIn(tag, 'maxThreads'),
    threads: numberIn(tag, 'currentThreadCount'),
    busy: numberIn(tag, 'currentThreadsBusy'),
  }
}

function toRequests(tag: Tag): Partial<Connector> {
  return {
    maxTimeMs: numberIn(tag, 'maxTime'),
    processingTimeMs: numberIn(tag, 'processingTime'),
    requests: numberIn(tag, 'requestCount'),
    errors: numberIn(tag, 'errorCount'),
    bytesReceived: numberIn(tag, 'bytesReceived'),
    bytesSent: numberIn(tag, 'bytesSent'),
  }
}

function nameOf(tag: Tag): string {
  const name = tag.attributes.get('name')
  if (name === undefined)
    throw new ProbeError('UNPARSABLE', {
      zh: `manager 状态中的 <${tag.name}> 没有 name`,
      en: `<${tag.name}> of the manager’s status has no name`,
    })
  return unquote(name)
}

/** A whole number; missing where it is absent or negative. */
function numberIn(tag: Tag, attribute: string): number | undefined {
  const text = tag.attributes.get(attribute)
  if (text === undefined) return undefined
  const number = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isInteger(number))
    throw new ProbeError('UNPARSABLE', {
      zh: `<${tag.name}> 的 ${attribute} 为 ${JSON.stringify(text.slice(0, 100))}，应为整数`,
      en: `${attribute} of <${tag.name}> is ${JSON.stringify(text.slice(0, 100))}, expected a whole number`,
    })
  return number < 0 ? undefined : number
}

/** Start tags in their order; text, comments and declarations are passed over. One walk over the text, whatever stands in it. */
function* readTags(text: string): Generator<Tag> {
  let at = text.indexOf('<')
  while (at !== -1) {
    const end = text.startsWith('<!--', at) ? text.indexOf('-->', at) : endOfTag(text, at)
    if (end === -1)
      throw new ProbeError('UNPARSABLE', {
        zh: 'manager 的状态不完整，在标签中间结束',
        en: 'the manager’s status ends within a tag',
      })
    const name = /^[A-Za-z][\w:.-]*/.exec(text.slice(at + 1, at + 65))?.[0]
    if (name !== undefined)
      yield { name, attributes: readAttributes(text.slice(at + 1 + name.length, end)) }
    at = text.indexOf('<', end)
  }
}

/** The `>` that is not within quotes. */
function endOfTag(text: string, from: number): number {
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at)
    if (quote !== '') quote = character === quote ? '' : quote
    else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at
  }
  return -1
}

const ATTRIBUTE = /([A-Za-z][\w:.-]{0,99})\s{0,20}=\s{0,20}(?:"([^"]*)"|'([^']*)')/g

function readAttributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [
      name,
      decodeEntities(double ?? single ?? ''),
    ]),
  )
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
}

/** The five entities of XML and character numbers; anything else stays as it stands. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#x[0-9a-f]{1,6}|#\d{1,7}|amp|lt|gt|quot|apos);/gi, (entity) => {
    if (!entity.startsWith('&#')) return ENTITIES[entity.slice(1, -1).toLowerCase()] ?? entity
    const digits = entity.slice(2, -1)
    const code = Number(/^x/i.test(digits) ? `0${digits}` : digits)
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity
  })
}
