import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasInfluxDb, type InfluxDb, startInfluxDb } from '../store/testing/peers/influxdb.ts'
import { LineBench } from './testing/decode-lines.ts'

/*
 * The same lines to a real InfluxDB 1.x: the same numbers come back, and the same lines are refused, in the same words.
 */

let influx: InfluxDb
let round = 0

const part = fc.string({
  minLength: 1,
  maxLength: 6,
  unit: fc.constantFrom(
    'a',
    'B',
    '7',
    '_',
    '-',
    '.',
    '磁',
    String.raw`\ `,
    String.raw`\,`,
    String.raw`\=`,
    // one that escapes nothing; before another escape, two readers never agree
    String.raw`\a`,
    '#',
    '"',
    '/',
  ),
})
const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom(
    '.5',
    '5.',
    '-1.5E-3',
    '1e3',
    '0.1',
    '1.',
    '-.25',
    '12345678901234567890',
    '1e999',
    'NaN',
    '+1',
    '-',
    '1x',
    '--1',
    '1.2.3',
    '1e',
    '',
  ),
)
const line = fc.record({
  tags: fc.array(fc.tuple(part, part), { maxLength: 3 }),
  field: part,
  value,
  time: fc.oneof(
    fc.integer({ min: 0, max: 2 ** 41 }).map(String),
    fc.constantFrom('x', '12x', '1 2'),
  ),
})

describe.runIf(hasInfluxDb())('beside a real InfluxDB', () => {
  beforeAll(async () => {
    influx = await startInfluxDb()
  })
  afterAll(() => influx?.[Symbol.asyncDispose]())

  test('the same numbers come back', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(line, async ({ tags, field, value: number, time }) => {
        const measurement = `m${round++}`
        const text = `${measurement},host=h${tags.map(([key, its]) => `,${key}=${its}`).join('')} ${field}=${number} ${time}`
        const ours = new LineBench().write(text)
        const theirs = await write(text)
        expect([text, ours.refusals.count === 0]).toEqual([text, theirs === undefined])
        if (theirs !== undefined) {
          expect(theirs).toContain('unable to parse')
          return
        }
        const [answer] = await influx.query([`SELECT * FROM "${measurement}"`])
        const series = answer?.series?.[0]
        const row = Object.fromEntries(
          (series?.columns ?? []).map((column, i) => [column, series?.values?.[0]?.[i]]),
        )
        const [sample] = ours.samples
        const back = {
          time: sample?.timeMs,
          host: sample?.host,
          ...sample?.tags,
          [sample?.field ?? '']: sample?.value,
        }
        expect(row).toEqual(back)
      }),
      { numRuns: 200 },
    )
  })

  test.each([
    'm,host=h v=1x',
    'm,host=h',
    'm,host= v=1',
    'm,=a v=1',
    'm,host=a=b v=1',
    'm,host=h v',
    'm,host=h =1',
    'm,host=h v=',
    'm,host=h v="x',
    'm,host=h v=1 12x',
    'm,host=h v=tru',
  ])('%j is refused in the same words', async (text) => {
    const [refusal] = new LineBench().write(text).refusals.shown
    expect(await write(text)).toContain(`unable to parse '${text}': ${refusal?.error.message}`)
  })
})

/** InfluxDB's refusal. */
async function write(text: string): Promise<string | undefined> {
  const response = await fetch(`${influx.url}/write?db=wardround&precision=ms`, {
    method: 'POST',
    body: text,
  })
  const said = await response.text()
  return response.ok
    ? undefined
    : said === ''
      ? String(response.status)
      : String(JSON.parse(said).error)
}
