import type { FastifyRequest } from 'fastify'
import { EPOCHS } from '../../influxql/answer/format-time.ts'
import type { Epoch } from '../../influxql/answer/format-time.ts'
import { InfluxQlSyntaxError } from '../../influxql/influxql-error.ts'
import { parseQuery } from '../../influxql/language/parse-query.ts'
import type { Statement } from '../../influxql/language/syntax.ts'
import type { Parameters } from '../../influxql/language/token-reader.ts'
import { DEFAULT_CHUNK_ROWS, MAX_STATEMENTS } from '../../influxql/limits.ts'
import { InfluxError } from './influx-error.ts'

/** What a request to `/query` asks for. */
export interface QueryRequest {
  readonly statements: readonly Statement[]
  readonly db: string | undefined
  readonly rp: string | undefined
  readonly epoch: Epoch
  readonly chunkRows: number | undefined
  readonly isPretty: boolean
}

/** Parameters of a form, or of the address where the form has none of the name. @throws InfluxError 400 */
export function readQueryRequest({
  query,
  body,
}: Pick<FastifyRequest, 'query' | 'body'>): QueryRequest {
  const of = (name: string): string | undefined => textOf(body, name) ?? textOf(query, name)
  const q = of('q')
  if (q === undefined || q.trim() === '') throw refused('missing required parameter "q"')
  const statements = parse(q, readParameters(of('params')))
  if (statements.length > MAX_STATEMENTS) {
    throw new InfluxError(400, {
      zh: `一次请求至多 ${MAX_STATEMENTS} 条语句；收到 ${statements.length} 条`,
      en: `at most ${MAX_STATEMENTS} statements in one request; there are ${statements.length}`,
    })
  }
  return {
    statements,
    db: of('db'),
    rp: of('rp'),
    epoch: readEpoch(of('epoch')),
    chunkRows: of('chunked') === 'true' ? readChunkRows(of('chunk_size')) : undefined,
    isPretty: of('pretty') === 'true',
  }
}

function parse(q: string, parameters: Parameters): Statement[] {
  try {
    return parseQuery(q, parameters)
  } catch (error) {
    if (error instanceof InfluxQlSyntaxError) throw refused(error.message)
    throw error
  }
}

/** Of a parameter that is given twice the first counts. */
function textOf(values: unknown, name: string): string | undefined {
  if (typeof values !== 'object' || values === null) return undefined
  const given: unknown = Object.entries(values).find(([key]) => key === name)?.[1]
  const value: unknown = Array.isArray(given) ? given[0] : given
  return typeof value === 'string' ? value : undefined
}

function readEpoch(text: string | undefined): Epoch {
  const name = text?.trim() ?? ''
  if (name === '') return 'rfc3339'
  const epoch = EPOCHS.find((one) => one === name)
  if (epoch !== undefined) return epoch
  throw new InfluxError(400, {
    zh: `epoch：没有“${name.slice(0, 20)}”；应为 ns、u、ms、s、m、h 之一，或不写`,
    en: `invalid epoch "${name.slice(0, 20)}": expected ns, u, ms, s, m or h, or none`,
  })
}

/** InfluxDB takes what is no number above 0 for none, too. */
function readChunkRows(text: string | undefined): number {
  const rows = Number(text)
  return Number.isSafeInteger(rows) && rows > 0 ? rows : DEFAULT_CHUNK_ROWS
}

function readParameters(text: string | undefined): Parameters {
  if (text === undefined || text === '') return new Map()
  const found = new Map<string, string | number | boolean>()
  for (const [name, value] of Object.entries(parseObject(text))) {
    const isPlain =
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    if (!isPlain) throw notPlain(name)
    found.set(name, value)
  }
  return found
}

function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    // said below
  }
  throw refused('error parsing query parameters: expected a JSON object')
}

function notPlain(name: string): InfluxError {
  return new InfluxError(400, {
    zh: `params：“${name.slice(0, 64)}”的值应为文本、数或布尔值`,
    en: `error parsing query parameters: the value of "${name.slice(0, 64)}" must be a text, a number or a boolean`,
  })
}

/** In InfluxDB's words, which programs know. */
function refused(words: string): InfluxError {
  return new InfluxError(400, { zh: words, en: words })
}
