import { Readable } from 'node:stream'
import { type Language, type Logger, negotiateLanguage, pickText } from '@wardround/program'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { prettyJson } from '../../influxql/answer/pretty-json.ts'
import { writeJson } from '../../influxql/answer/write-json.ts'
import { runStatements } from '../../influxql/run-statement.ts'
import type { Store } from '../../store/store.ts'
import type { Api } from '../api.ts'
import { whenGone } from '../when-gone.ts'
import { influxErrorAnswerer } from './influx-error.ts'
import { INFLUX_HEADERS, INFLUX_NAME } from './influx-version.ts'
import { readQueryRequest } from './query-request.ts'

export interface InfluxQueryParts {
  readonly store: Pick<Store, 'answer' | 'series'>
  readonly nowMs: () => number
  readonly language: () => Language
  readonly log: Pick<Logger, 'error'>
}

export const INFLUX_QUERY_PATH = '/query'

/** A variable of Grafana may name some thousand hosts. */
const MAX_BODY_BYTES = 512 * 1024

const Text = (description: string) => Type.Optional(Type.String({ description }))

const QueryParameters = Type.Object({
  q: Text('InfluxQL; several statements are parted by ;'),
  db: Text('wardround'),
  rp: Text('autogen, or nothing'),
  epoch: Text('Times as numbers in ns, u, ms, s, m or h; else as RFC 3339'),
  chunked: Text('true: each piece is a document of its own on its own line'),
  chunk_size: Text('Rows of a piece; 10000 if not said'),
  pretty: Text('true: with line breaks'),
  u: Text('Any name, with p'),
  p: Text('A token of the API, where no Authorization is sent'),
  params: Text('Values of $name in the query, a JSON object'),
})

/**
 * `/query`: InfluxQL over the embedded store, as InfluxDB 1.x answers it. What is wrong with a request is said in InfluxDB's form too: its clients read
 * nothing else. As a form, the parameters may be in the body.
 */
export async function addInfluxQueryRoutes(app: Api, parts: InfluxQueryParts): Promise<void> {
  await app.register(async (scope: Api) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    const answerError = influxErrorAnswerer({
      language: parts.language,
      onUnexpected: (error, { method, routeOptions }) =>
        parts.log.error({ err: error, method, url: routeOptions.url }, 'a query failed'),
    })
    scope.setErrorHandler(async (error, request, reply) => answerError(error, request, reply))
    const options = {
      bodyLimit: MAX_BODY_BYTES,
      // What is given twice is no reason to refuse it.
      attachValidation: true,
      schema: {
        summary: `InfluxQL over the embedded store, as InfluxDB ${INFLUX_NAME.api} answers it`,
        querystring: QueryParameters,
      },
    }
    const answer = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
      answerQuery(request, reply, parts)
    scope.get(INFLUX_QUERY_PATH, options, answer)
    scope.post(
      INFLUX_QUERY_PATH,
      {
        ...options,
        schema: { ...options.schema, consumes: ['application/x-www-form-urlencoded'] },
      },
      answer,
    )
  })
}

async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  { store, nowMs, language }: InfluxQueryParts,
): Promise<unknown> {
  const asked = readQueryRequest(request)
  const outcomes = await runStatements(asked.statements, {
    store,
    projects: 'all',
    signal: whenGone(reply.raw),
    database: asked.db,
    retentionPolicy: asked.rp,
    nowMs: nowMs(),
  })
  const reader = negotiateLanguage(request.headers['accept-language'], language())
  const pieces = writeJson(outcomes, {
    epoch: asked.epoch,
    chunkRows: asked.chunkRows,
    say: ({ text }) => pickText(text, reader),
  })
  void reply.headers(INFLUX_HEADERS).type('application/json')
  return asked.isPretty ? prettyJson([...pieces].join('')) : reply.send(Readable.from(pieces))
}
