import { type LocalizedText, negotiateLanguage, pickText, type Language } from '@wardround/program'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { describeFrameworkError } from '../framework-problem.ts'
import { HttpProblem } from '../problem.ts'
import { INFLUX_HEADERS } from './influx-version.ts'

/** The codes of InfluxDB 2's errors. */
type InfluxCode =
  | 'invalid'
  | 'unauthorized'
  | 'request too large'
  | 'too many requests'
  | 'unavailable'
  | 'unsupported media type'
  | 'internal error'

const CODES: Readonly<Record<number, InfluxCode>> = {
  400: 'invalid',
  401: 'unauthorized',
  413: 'request too large',
  415: 'unsupported media type',
  429: 'too many requests',
  500: 'internal error',
  503: 'unavailable',
}

/** An answer that says what is wrong with a request, in InfluxDB's form. */
export class InfluxError extends Error {
  override readonly name = 'InfluxError'
  readonly statusCode: number
  readonly text: LocalizedText
  readonly headers: Readonly<Record<string, string>>
  /** Of the request's body, from 1. */
  readonly line: number | undefined

  constructor(
    statusCode: number,
    text: LocalizedText,
    more: { headers?: Readonly<Record<string, string>>; line?: number | undefined } = {},
  ) {
    super(text.en)
    this.statusCode = statusCode
    this.text = text
    this.headers = more.headers ?? {}
    this.line = more.line
  }
}

export interface InfluxErrorParts {
  readonly language: () => Language
  onUnexpected(error: unknown, request: FastifyRequest): void
}

const INTERNAL: LocalizedText = { zh: '内部错误', en: 'internal error' }

/** Answers an error in the form of the API that was asked: 1.x `{"error"}`, 2.x `{"code", "message"}`. */
export function influxErrorAnswerer(parts: InfluxErrorParts) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const known = toInfluxError(error)
    if (known.statusCode >= 500 && known.text === INTERNAL) parts.onUnexpected(error, request)
    const language = negotiateLanguage(request.headers['accept-language'], parts.language())
    const message = pickText(known.text, language)
    return reply
      .code(known.statusCode)
      .headers({ ...INFLUX_HEADERS, ...known.headers })
      .type('application/json')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(request.url.startsWith('/api/v2/') ? secondForm(known, message) : { error: message })
  }
}

function secondForm({ statusCode, line }: InfluxError, message: string) {
  const code = CODES[statusCode] ?? 'invalid'
  return { code, message, ...(line === undefined ? {} : { line }) }
}

function toInfluxError(error: unknown): InfluxError {
  if (error instanceof InfluxError) return error
  if (error instanceof HttpProblem)
    return new InfluxError(error.status, error.detail ?? error.title, { headers: error.headers })
  if (isFrameworkError(error) && error.statusCode < 500)
    return new InfluxError(error.statusCode, describeFrameworkError(error.code))
  return new InfluxError(500, INTERNAL)
}

function isFrameworkError(error: unknown): error is { statusCode: number; code: string } {
  return (
    error instanceof Error &&
    'statusCode' in error &&
    typeof error.statusCode === 'number' &&
    'code' in error
  )
}
