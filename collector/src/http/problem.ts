import { type Language, type LocalizedText, negotiateLanguage, pickText } from '@wardround/program'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { QueryError } from '@wardround/query'
import { WorkerCallError } from '../workers/worker-calls.ts'
import { describeFrameworkError } from './framework-problem.ts'
import { describeFaults } from './parameter-text.ts'

/** An answer that says what is wrong with a request. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly status: number
  /** The same under fastify's name. */
  readonly statusCode: number
  /** Stable, for programs. */
  readonly code: string
  readonly title: LocalizedText
  readonly detail: LocalizedText | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    status: number,
    code: string,
    title: LocalizedText,
    more: { detail?: LocalizedText | undefined; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(more.detail?.en ?? title.en)
    this.status = status
    this.statusCode = status
    this.code = code
    this.title = title
    this.detail = more.detail
    this.headers = more.headers ?? {}
  }
}

/** application/problem+json (RFC 9457). */
export interface ProblemBody {
  readonly type: 'about:blank'
  readonly title: string
  readonly status: number
  readonly code: string
  readonly detail?: string
}

const INVALID: LocalizedText = { zh: '请求参数有误', en: 'The request is not valid' }

export function badRequest(detail: LocalizedText): HttpProblem {
  return new HttpProblem(400, 'BAD_REQUEST', INVALID, { detail })
}

export function notFound(detail: LocalizedText): HttpProblem {
  return new HttpProblem(404, 'NOT_FOUND', { zh: '没有找到', en: 'Not found' }, { detail })
}

export interface ProblemParts {
  readonly language: () => Language
  onUnexpected(error: unknown, request: FastifyRequest): void
}

/** Answers with a problem document in the reader's language. */
export function problemAnswerer(parts: ProblemParts) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const problem = toProblem(error, request)
    if (problem.status >= 500 && !(error instanceof HttpProblem)) parts.onUnexpected(error, request)
    const language = negotiateLanguage(request.headers['accept-language'], parts.language())
    return reply
      .code(problem.status)
      .headers(problem.headers)
      .type('application/problem+json')
      .serializer((body: unknown) => JSON.stringify(body))
      .send(formatProblem(problem, language))
  }
}

/** Every error of every route becomes a problem document. */
export function handleProblems(app: FastifyInstance, parts: ProblemParts): void {
  const answer = problemAnswerer(parts)
  app.setErrorHandler<FastifyError>(async (error, request, reply) => answer(error, request, reply))
  app.setNotFoundHandler((request) => {
    throw notFound({
      zh: `这里没有 ${request.method} ${pathOf(request)}`,
      en: `There is no ${request.method} ${pathOf(request)} here`,
    })
  })
}

function formatProblem(problem: HttpProblem, language: Language): ProblemBody {
  return {
    type: 'about:blank',
    title: pickText(problem.title, language),
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: pickText(problem.detail, language) }),
  }
}

function toProblem(error: unknown, request: FastifyRequest): HttpProblem {
  if (error instanceof HttpProblem) return error
  if (isQueryError(error)) return badRequest(error.text)
  if (isFastifyError(error) && error.statusCode !== undefined && error.statusCode < 500) {
    const detail = describeInvalid(error, request) ?? describeFrameworkError(error.code)
    return new HttpProblem(error.statusCode, error.code, INVALID, { detail })
  }
  return new HttpProblem(500, 'INTERNAL_ERROR', { zh: '内部错误', en: 'Internal error' })
}

function describeInvalid(
  { validation, validationContext }: FastifyError,
  { query, params, body }: FastifyRequest,
): LocalizedText | undefined {
  const values =
    validationContext === 'params' ? params : validationContext === 'body' ? body : query
  return validation === undefined ? undefined : describeFaults(validation, values)
}

function isQueryError(error: unknown): error is QueryError | WorkerCallError {
  return (
    error instanceof QueryError || (error instanceof WorkerCallError && error.kind === 'QueryError')
  )
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && 'code' in error
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0] ?? url
}
