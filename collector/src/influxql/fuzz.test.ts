import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { allSamples, FROM_MS, TO_MS } from '../store/testing/differential-samples.ts'
import { EmbeddedStoreOfTest } from './testing/embedded-store-of-test.ts'
import { InfluxQlSyntaxError } from './influxql-error.ts'
import { parseQuery } from './language/parse-query.ts'
import { writeJson } from './answer/write-json.ts'
import { runStatements } from './run-statement.ts'
import { randomStatements } from './testing/random-statements.ts'
import { FORMS, GRAFANA, MISTAKES, SELECTS, SHOWS } from './testing/statements.ts'

/*
 * Whatever is sent, it is refused as InfluxQL has it or answered, in finite time, and the answer is JSON.
 */

const WORDS = [
  ...'SELECT FROM WHERE GROUP BY ORDER LIMIT OFFSET SLIMIT SOFFSET SHOW TAG VALUES KEYS FIELD SERIES MEASUREMENTS WITH KEY IN AND OR AS DESC ON INTO CREATE DATABASE DROP DISTINCT'.split(
    ' ',
  ),
  ...'time fill none null previous linear tz mean max last count percentile derivative difference moving_average elapsed top distinct usage_idle cpu host now'.split(
    ' ',
  ),
  ...`( ) , . ; : :: * / + - % = != <> < <= > >= =~ !~ 'db1' 'x "cpu" "y /db/ /( /(a+)+$/ 1 0 -1 1.5 99999999999999999999 1m 0s 10s 1ns $p $ -- /* */ \\ 数 \n`.split(
    ' ',
  ),
]

const known = [...SELECTS, ...SHOWS, ...MISTAKES, ...GRAFANA, ...FORMS.map(([q]) => q)]

const texts = fc.oneof(
  fc.string({ maxLength: 200, unit: 'binary' }),
  fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }).map((words) => words.join(' ')),
  // A known statement of which a part is another text.
  fc
    .tuple(
      fc.constantFrom(...known, ...randomStatements(50, 3)),
      fc.nat(),
      fc.nat({ max: 12 }),
      fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 3 })),
    )
    .map(([statement, at, length, other]) => {
      const from = at % (statement.length + 1)
      return statement.slice(0, from) + other + statement.slice(from + length)
    }),
)

async function answerTo(store: EmbeddedStoreOfTest, q: string): Promise<string> {
  const statements = parseQuery(q, new Map([['p', 'x']]))
  const outcomes = await runStatements(statements, {
    store: store.reader,
    projects: ['hc'],
    database: 'wardround',
    retentionPolicy: undefined,
    nowMs: TO_MS,
  })
  const form = { epoch: 'ms', chunkRows: undefined, say: () => 'refused' } as const
  return [...writeJson(outcomes, form)].join('')
}

test('nothing that is sent ends in anything but an answer or a refusal', async () => {
  using store = new EmbeddedStoreOfTest(TO_MS)
  store.write(allSamples().filter(({ timeMs }) => timeMs < FROM_MS + 3_600_000))
  const property = fc.asyncProperty(texts, async (q) => {
    try {
      JSON.parse(await answerTo(store, q))
    } catch (error) {
      if (!(error instanceof InfluxQlSyntaxError)) throw error
      expect(error.message).toMatch(/^error parsing query: /)
    }
  })
  const numRuns = process.env['WARDROUND_DIFFERENTIAL'] === 'full' ? 20_000 : 800
  await fc.assert(property, { numRuns })
}, 300_000)

test('long and deep statements are refused or answered, and don’t overflow', async () => {
  using store = new EmbeddedStoreOfTest(TO_MS)
  const many = (part: string, times: number): string => part.repeat(times)
  for (const q of [
    `SELECT ${many('(', 50_000)}`,
    `SELECT ${many('-', 50_000)}1 FROM cpu`,
    `SELECT mean(x)${many(' + 1', 50_000)} FROM cpu`,
    `SELECT x FROM cpu WHERE ${many("host = 'a' OR ", 20_000)}host = 'b'`,
    `SELECT x FROM cpu WHERE ${many("host = 'a' AND ", 20_000)}host = 'b'`,
    `SELECT x FROM ${many('(SELECT x FROM ', 5_000)}cpu`,
    `SELECT x FROM cpu WHERE host =~ /${many('(a|', 5_000)}/`,
    `SELECT ${many('x,', 20_000)}x FROM cpu`,
    `SELECT "${many('x', 200_000)}`,
    many(';', 100_000),
  ]) {
    const startMs = performance.now()
    const answer = await answerTo(store, q).catch((error: unknown) => {
      if (!(error instanceof InfluxQlSyntaxError)) throw error
      return '{}'
    })
    JSON.parse(answer)
    expect(performance.now() - startMs, q.slice(0, 80)).toBeLessThan(10_000)
  }
})
