import { type Language, type Logger, negotiateLanguage, pickText } from '@wardround/program'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { IntakeError } from '../../ingest/journal-writer.ts'
import { UnacceptableBatch } from '../../ingest/unacceptable-batch.ts'
import type { LineIngest } from '../../lines/line-ingest.ts'
import { PRECISION_NAMES, toPrecision } from '../../lines/precision.ts'
import type { Refusals } from '../../lines/refusals.ts'
import type { WriteRoom } from '../../lines/write-room.ts'
import type { WriteToken } from '../../lines/write-token-book.ts'
import type { Api } from '../api.ts'
import { InfluxError, influxErrorAnswerer } from './influx-error.ts'
import { INFLUX_HEADERS } from './influx-version.ts'
import { addPingRoutes } from './ping-routes.ts'
import { type WriteAccessParts, writeTokenOf } from './write-access.ts'
import { linesOf, tooLarge } from './write-body.ts'

export interface WriteRouteParts {
  readonly lines: Pick<LineIngest, 'write'>
  readonly writeAccess: WriteAccessParts
  readonly writeRoom: WriteRoom
  /** What is shown is invented: nothing real is taken. */
  readonly isDemo: boolean
  /** Longest body of a write, as unpacked. */
  readonly writeBytes: number
  readonly language: () => Language
  readonly log: Logger
}

const FIRST_PATH = '/write'
const SECOND_PATH = '/api/v2/write'

/** Paths of InfluxDB's API that look at tokens of their own, or at none. */
export const INFLUX_OPEN_PATHS: ReadonlySet<string> = new Set([
  FIRST_PATH,
  SECOND_PATH,
  '/ping',
  '/health',
])

const RETRY_AFTER_SECONDS = 5

const Precision = Type.Optional(
  Type.String({
    maxLength: 16,
    description: `Steps of the timestamps: ${PRECISION_NAMES.join(', ')}; ns where none is given`,
  }),
)
const Ignored = (what: string) =>
  Type.Optional(Type.String({ description: `${what}; taken and without effect` }))
const Password = {
  u: Ignored('User'),
  p: Type.Optional(Type.String({ description: 'The write token, where no Authorization is sent' })),
}

const FirstQuery = Type.Object({
  db: Ignored('Database'),
  rp: Ignored('Retention policy'),
  consistency: Ignored('Consistency'),
  precision: Precision,
  ...Password,
})
const SecondQuery = Type.Object({
  org: Ignored('Organization'),
  orgID: Ignored('Organization'),
  bucket: Ignored('Bucket'),
  precision: Precision,
  ...Password,
})

const WRITTEN = {
  204: Type.Null({ description: 'Every line is on disk' }),
  400: Type.Object(
    {},
    {
      description: 'Lines were refused, and are named; all others are on disk',
      additionalProperties: true,
    },
  ),
}

/** `/write`, `/api/v2/write`, `/ping` and `/health` as InfluxDB has them: Telegraf and any client of InfluxDB can write here. */
export async function addWriteRoutes(app: Api, parts: WriteRouteParts): Promise<void> {
  await app.register(async (scope: Api) => {
    const answerError = influxErrorAnswerer({
      language: parts.language,
      // without its parameters: a token may be among them
      onUnexpected: (error, { method, routeOptions }) =>
        parts.log.error({ err: error, method, url: routeOptions.url }, 'a write failed'),
    })
    scope.setErrorHandler(async (error, request, reply) => answerError(error, request, reply))
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
      done(null, body),
    )
    addWrite(scope, FIRST_PATH, FirstQuery, 'Lines, as InfluxDB 1.x takes them', parts)
    addWrite(scope, SECOND_PATH, SecondQuery, 'Lines, as InfluxDB 2.x takes them', parts)
    addPingRoutes(scope)
  })
}

function addWrite(
  scope: Api,
  path: string,
  querystring: typeof FirstQuery | typeof SecondQuery,
  summary: string,
  parts: WriteRouteParts,
): void {
  const tokens = new WeakMap<FastifyRequest, WriteToken>()
  scope.post(
    path,
    {
      bodyLimit: parts.writeBytes,
      schema: { summary, consumes: ['text/plain'], querystring, response: WRITTEN },
      onRequest: async (request, reply) => {
        // who may not write is told before the body is read
        if (parts.isDemo) throw keptApart()
        tokens.set(request, writeTokenOf(request, parts.writeAccess))
        makeRoom(request, reply, parts)
      },
    },
    async (request, reply) => {
      const token = tokens.get(request)
      if (token === undefined) throw new Error('a write without its token')
      await write(request, token, parts)
      return reply.code(204).headers(INFLUX_HEADERS).send(null)
    },
  )
}

/** Memory for the body, given back when the request is over. @throws InfluxError 413, 503 */
function makeRoom(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { writeRoom, writeBytes }: WriteRouteParts,
): void {
  const announced = Number(headers['content-length'] ?? writeBytes)
  if (announced > writeBytes) throw tooLarge(writeBytes)
  // what is packed takes as much as it may when it is unpacked
  const bytes = headers['content-encoding'] === undefined ? announced : announced + writeBytes
  if (!writeRoom.take(bytes)) throw busy()
  reply.raw.once('close', () => writeRoom.giveBack(bytes))
}

async function write(
  request: FastifyRequest,
  token: WriteToken,
  { lines, writeBytes, language }: WriteRouteParts,
): Promise<void> {
  const precision = precisionOf(request)
  const encoding = request.headers['content-encoding']
  const body = await linesOf(request.body, encoding, writeBytes)
  const { refusals } = await written(() => lines.write(token, body, precision))
  if (refusals.count === 0) return
  const wanted = negotiateLanguage(request.headers['accept-language'], language())
  const said = describe(refusals, wanted)
  throw new InfluxError(400, { zh: said, en: said }, { line: refusals.shown[0]?.line })
}

async function written<Outcome>(take: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await take()
  } catch (error) {
    if (error instanceof UnacceptableBatch)
      throw new InfluxError(400, { zh: error.message, en: error.message })
    if (error instanceof IntakeError) throw unwritable(error)
    throw error
  }
}

/** Telegraf drops what it finds `partial write` or `unable to parse` in, and sends everything else again. */
function describe({ shown, count }: Refusals, language: Language): string {
  const lines = shown.map(({ error, text }) =>
    error.code === 'unparsable'
      ? `unable to parse '${text}': ${error.message}`
      : `'${text}': ${pickText(error.text, language)}`,
  )
  return `partial write: ${lines.join('\n')} dropped=${count}`
}

function precisionOf({ query }: FastifyRequest) {
  const given =
    typeof query === 'object' && query !== null && 'precision' in query
      ? String(query.precision)
      : undefined
  const precision = toPrecision(given)
  if (precision !== undefined) return precision
  const names = PRECISION_NAMES.join(', ')
  throw new InfluxError(400, {
    zh: `precision“${given}”无效；应为 ${names} 之一`,
    en: `invalid precision "${given}"; expected one of ${names}`,
  })
}

function keptApart(): InfluxError {
  return new InfluxError(403, {
    zh: '本监控中心只有演示数据，不接收真实数据',
    en: 'this collector shows demo data and takes no real ones',
  })
}

function busy(): InfluxError {
  return new InfluxError(
    503,
    { zh: '同时写入过多，请稍后再试', en: 'too much is written at once; try again later' },
    { headers: { 'retry-after': '1' } },
  )
}

function unwritable({ message }: IntakeError): InfluxError {
  return new InfluxError(
    503,
    {
      zh: `收件日志暂时无法写入，请稍后再试（${message}）`,
      en: `the journal can not be written now, try again later (${message})`,
    },
    { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } },
  )
}
