import { InfluxDB } from '@influxdata/influxdb-client'
import { afterAll, expect, test } from 'vitest'
import { CollectorHarness } from '../../testing/collector-harness.ts'

const NOW_MS = Date.now()

let started: Promise<CollectorHarness> | undefined
/** A whole collector with a few samples, written by its own API. */
const shared = () => (started ??= start())
afterAll(async () => (await started)?.[Symbol.asyncDispose]())

async function start(): Promise<CollectorHarness> {
  const harness = await CollectorHarness.start()
  const token = await harness.createWriteToken()
  const lines = [3, 2, 1].map((minutes) => {
    return `cpu,cpu=cpu-total,host=web1 usage_idle=${90 + minutes} ${NOW_MS - minutes * 60_000}`
  })
  const response = await fetch(harness.url('/write?db=wardround&precision=ms'), {
    method: 'POST',
    body: lines.join('\n'),
    headers: { authorization: `Token ${token}` },
  })
  expect(response.status).toBe(204)
  return harness
}

async function ask(
  parameters: Record<string, string>,
  { method = 'GET', headers = {} }: { method?: string; headers?: Record<string, string> } = {},
) {
  const harness = await shared()
  const query = new URLSearchParams({ db: 'wardround', ...parameters })
  const response = await fetch(
    harness.url(method === 'GET' ? `/query?${query.toString()}` : '/query'),
    {
      method,
      headers: { 'accept-language': 'en', ...headers },
      ...(method === 'GET' ? {} : { body: query }),
    },
  )
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const SELECT = `SELECT usage_idle FROM cpu WHERE time > now() - 1h AND host = 'web1'`

test.each(['GET', 'POST'])('what was written is answered over %s', async (method) => {
  const { status, headers, text } = await ask({ q: SELECT, epoch: 'ms' }, { method })
  expect(status).toBe(200)
  expect(headers.get('content-type')).toMatch(/^application\/json/)
  expect(headers.get('x-influxdb-version')).toMatch(/^1\.8/)
  const values = [3, 2, 1].map((minutes) => [NOW_MS - minutes * 60_000, 90 + minutes])
  expect(JSON.parse(text)).toEqual({
    results: [
      { statement_id: 0, series: [{ name: 'cpu', columns: ['time', 'usage_idle'], values }] },
    ],
  })
})

test('parameters of the query, several statements, pieces, line breaks', async () => {
  const params = JSON.stringify({ host: 'web1', least: 1 })
  const counted = await ask({
    q: 'SELECT count(usage_idle) FROM cpu WHERE host = $host AND time > 0; SHOW DATABASES',
    params,
    epoch: 's',
  })
  expect(JSON.parse(counted.text).results).toMatchObject([
    { statement_id: 0, series: [{ values: [[0, 3]] }] },
    { statement_id: 1, series: [{ name: 'databases', values: [['wardround']] }] },
  ])
  const pieces = await ask({ q: SELECT, chunked: 'true', chunk_size: '2', epoch: 'ns' })
  const lines = pieces.text.trim().split('\n')
  expect(lines).toHaveLength(2)
  expect(lines[0]).toContain(`[${NOW_MS - 180_000}000000,93]`)
  expect(lines[0]).toMatch(/"partial":true\}\],"partial":true\}\]\}$/)
  const pretty = await ask({ q: SELECT, pretty: 'true', epoch: 'ns' })
  expect(pretty.text.split('\n').length).toBeGreaterThan(10)
  expect(pretty.text).toContain(`${NOW_MS - 60_000}000000`)
})

test.each([
  [{}, 400, 'missing required parameter "q"'],
  [{ q: 'SELEC' }, 400, 'error parsing query: found SELEC, expected SELECT, DELETE, SHOW'],
  [{ q: SELECT, epoch: 'y' }, 400, 'invalid epoch "y": expected ns, u, ms, s, m or h, or none'],
  [{ q: SELECT, params: '[' }, 400, 'error parsing query parameters: expected a JSON object'],
  [
    { q: SELECT, params: '{"a":[]}' },
    400,
    'the value of "a" must be a text, a number or a boolean',
  ],
  [{ q: 'SELECT a FROM b WHERE c = $d' }, 400, 'error parsing query: missing parameter: d'],
  [
    { q: 'SHOW DATABASES;'.repeat(201) },
    400,
    'at most 200 statements in one request; there are 201',
  ],
])('%j is answered with %i', async (parameters, status, words) => {
  const answer = await ask(parameters)
  expect(answer.status).toBe(status)
  expect(JSON.parse(answer.text).error).toContain(words)
})

/** Each kind of refusal of a statement, and what it says. */
test.each([
  ['DROP MEASUREMENT cpu', 'DROP MEASUREMENT is not supported: /query reads'],
  ['DELETE FROM cpu', 'DELETE is not supported: /query reads'],
  ['SHOW QUERIES', 'SHOW QUERIES is not supported'],
  ['CREATE DATABASE telegraf', 'there is one here, and its name is "wardround"'],
  ['SELECT a FROM telegraf..b', 'database not found: telegraf'],
  ['SELECT a FROM wardround.raw.b', 'retention policy not found: raw'],
  [`SELECT a FROM b WHERE c = 'x' OR d = 'y'`, 'OR is supported between = and =~ of one tag'],
  [`SELECT a FROM b WHERE c = 'x' OR time > 0`, 'a condition on time within OR is not supported'],
  ['SELECT a FROM b WHERE a > 5', 'conditions on values are for the WHERE of a query over a sub'],
  ['SELECT a FROM b WHERE time != 0', 'invalid time comparison operator: !='],
  ['SELECT a FROM b WHERE c =~ /(x+)+/', 'repeats what repeats without end itself'],
  [
    'SELECT a FROM b WHERE c =~ /(?U)x/',
    '"(?U)" in the regular expression "(?U)x" is not supported',
  ],
  ['SELECT a FROM b WHERE c =~ /x(/', 'error parsing regexp: x('],
  ['SELECT top(a, 3) FROM b', 'the function top() is not supported here'],
  ['SELECT nothing(a) FROM b', 'undefined function nothing()'],
  ['SELECT a & 1 FROM b', 'the operator & is not supported in SELECT'],
  ['SELECT a::tag + 1 FROM b', 'the tag a is no number to compute with'],
  ['SELECT mean(a) FROM b GROUP BY time(1u)', 'must be whole milliseconds'],
  ['SELECT mean(a) FROM b WHERE time > 0 GROUP BY time(1ms)', 'points or more, above'],
  ['SELECT max(v) FROM (SELECT a AS v FROM b), c', 'a sub-query must be the only source in FROM'],
  ['SELECT max(v) FROM (SELECT a AS v FROM b) WHERE v + 1', 'takes comparisons of a column or tag'],
  ['SELECT * + 1 FROM cpu', 'unable to use wildcard in a binary expression'],
  ['SELECT percentile(a, 95) FROM cpu WHERE time > 0', 'percentile: it is computed from raw data'],
])('%s is refused with its reason', async (q, words) => {
  const { status, text } = await ask({ q })
  expect(status).toBe(200)
  expect(JSON.parse(text).results[0].error).toContain(words)
})

test('a refusal of ours is in the reader’s language; a database must be named', async () => {
  const chinese = await ask({ q: 'DROP DATABASE x' }, { headers: { 'accept-language': 'zh-CN' } })
  expect(JSON.parse(chinese.text).results[0].error).toContain('不支持 DROP DATABASE')
  const nameless = await ask({ q: 'SHOW MEASUREMENTS; SHOW MEASUREMENTS ON wardround', db: '' })
  expect(JSON.parse(nameless.text).results).toMatchObject([
    { error: 'database name required' },
    { series: [{ name: 'measurements', values: [['cpu']] }] },
  ])
})

test('the official client finds the API and its version', async () => {
  const harness = await shared()
  const client = new InfluxDB({ url: harness.url(''), token: 'unused' })
  const answered = await new Promise<string>((resolve, reject) => {
    let body = ''
    client.transport.send(
      `/query?db=wardround&q=${encodeURIComponent('SHOW MEASUREMENTS')}`,
      '',
      { method: 'GET' },
      {
        next: (chunk) => void (body += Buffer.from(chunk).toString()),
        error: reject,
        complete: () => resolve(body),
      },
    )
  })
  expect(JSON.parse(answered).results[0].series[0].values).toEqual([['cpu']])
})
