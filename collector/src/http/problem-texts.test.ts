import { expect, test } from 'vitest'
import { CollectorHarness } from '../testing/collector-harness.ts'
import { describeFaults } from './parameter-text.ts'

const HAN = /\p{Script=Han}/u

/** Headers as a plain object. */
interface Init extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>
}

interface Answer {
  readonly status: number
  readonly code: string
  readonly detail: string
}

async function ask(harness: CollectorHarness, path: string, init: Init): Promise<Answer[]> {
  return Promise.all(
    ['zh-CN', 'en'].map(async (language) => {
      const headers = { ...init.headers, 'accept-language': language }
      const response = await fetch(harness.url(path), { ...init, headers })
      return (await response.json()) as Answer
    }),
  )
}

const JSON_TYPE = { 'content-type': 'application/json' }
const SILENCES = '/api/v1/silences'

test.each([
  ['a body that is no JSON', SILENCES, { method: 'POST', headers: JSON_TYPE, body: '{' }],
  ['a body that is no object', SILENCES, { method: 'POST', headers: JSON_TYPE, body: '3' }],
  [
    'a body in GBK',
    SILENCES,
    // {"by":"李四"} as a Chinese console of Windows writes it
    { method: 'POST', headers: JSON_TYPE, body: Buffer.from('7b226279223a22c0eecbc4227d', 'hex') },
  ],
  ['no body', SILENCES, { method: 'POST', headers: JSON_TYPE }],
  ['a body of another kind', SILENCES, { method: 'POST', body: new Blob(['x'], { type: 'x/y' }) }],
  [
    'a body that is too large',
    SILENCES,
    { method: 'POST', headers: JSON_TYPE, body: JSON.stringify('x'.repeat(70_000)) },
  ],
  ['an address that is none', '/api/v1/agents/%zz', {}],
  ['an expression that is none', '/api/v1/query?measurement=a&field=b&where=host%3D~(', {}],
])('%s is told in Chinese and in English', async (_, path, init) => {
  await using harness = await CollectorHarness.start()
  const [zh, en] = await ask(harness, path, init)
  expect(zh?.status).toBeGreaterThanOrEqual(400)
  expect(zh?.status).toBeLessThan(500)
  expect(zh?.detail).toMatch(HAN)
  expect(en?.detail).not.toMatch(HAN)
})

test('a body in GBK is refused for its encoding, not for what is in it', async () => {
  await using harness = await CollectorHarness.start()
  const body = Buffer.from('7b226279223a22c0eecbc4227d', 'hex')
  const path = `/api/v1/alerts/${'0'.repeat(16)}/ack`
  const [zh] = await ask(harness, path, { method: 'POST', headers: JSON_TYPE, body })
  expect(zh).toMatchObject({ status: 400, detail: expect.stringContaining('UTF-8') })
})

/** What schemas say of how they are shown, and what they hold. */
const NO_CHECK =
  /^(?:description|default|title|examples?|properties|items|anyOf|in|name|schema|explode|style|format|\$id|const|enum|required|type)$/

/** Every kind of check that stands in a schema, at whatever depth. */
function keywordsIn(schema: unknown, found: Set<string>): void {
  if (typeof schema !== 'object' || schema === null) return
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'properties' || key === 'patternProperties')
      for (const property of Object.values(value as object)) keywordsIn(property, found)
    else if (key === 'anyOf' && Array.isArray(value)) value.forEach((one) => keywordsIn(one, found))
    else if (key === 'items') keywordsIn(value, found)
    else if (!NO_CHECK.test(key)) found.add(key)
  }
}

interface Described {
  readonly parameters?: readonly { readonly schema: unknown }[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: unknown }>>
  }
}

test('every check of every route has words of its own in both languages', async () => {
  await using harness = await CollectorHarness.start()
  const { paths } = await harness.get<{
    paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
  }>('/openapi.json')
  const found = new Set<string>(['type', 'required', 'enum', 'const'])
  for (const route of Object.values(paths).flatMap((methods) => Object.values(methods))) {
    for (const { schema } of route.parameters ?? []) keywordsIn(schema, found)
    for (const { schema } of Object.values(route.requestBody?.content ?? {}))
      keywordsIn(schema, found)
  }
  expect(found.size).toBeGreaterThan(5)
  const params = {
    limit: 3,
    type: 'integer',
    pattern: '^a$',
    missingProperty: 'x',
    additionalProperty: 'x',
    allowedValue: 'a',
    allowedValues: ['a'],
  }
  for (const keyword of found) {
    const told = describeFaults([{ keyword, instancePath: '/name', params }], { name: 'b' })
    expect(told?.zh, keyword).toMatch(HAN)
    expect(told?.zh, keyword).not.toContain('不合要求')
    expect(told?.en, keyword).not.toMatch(HAN)
  }
})

/** Every pattern that stands in a schema, at whatever depth. */
function patternsIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'pattern' && typeof value === 'string' ? [value] : patternsIn(value),
  )
}

test('no reader is shown a regular expression: every pattern of a request is said in words', async () => {
  await using harness = await CollectorHarness.start()
  const { paths } = await harness.get<{ paths: unknown }>('/openapi.json')
  const patterns = new Set(patternsIn(paths))
  expect(patterns.size).toBeGreaterThan(1)
  for (const pattern of patterns) {
    const fault = { keyword: 'pattern', instancePath: '/name', params: { pattern } }
    const told = describeFaults([fault], { name: 'b' })
    expect(told?.zh, pattern).toMatch(/；应为[^；]/)
    expect(told?.en, pattern).toContain('is expected')
    expect(`${told?.zh} ${told?.en}`).not.toContain(pattern)
  }
})

test('a fingerprint that is none is answered in words', async () => {
  await using harness = await CollectorHarness.start()
  const [zh, en] = await ask(harness, '/api/v1/alerts/abc/decisions', {})
  expect(zh?.detail).toBe('fingerprint：写法不正确；应为告警指纹：16 位十六进制数字（0-9、a-f）')
  expect(en?.detail).toContain('16 hexadecimal digits')
})
