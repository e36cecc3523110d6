import { errorCodeOf } from '@wardround/program/error-code'

/** Order is Telegraf's result_code of http_response; the last is ours. */
export const HTTP_RESULTS = [
  'success',
  'response_string_mismatch',
  'body_read_error',
  'connection_failed',
  'timeout',
  'dns_error',
  'response_status_code_mismatch',
  'tls_failed',
] as const

export type HttpOutcome = (typeof HTTP_RESULTS)[number]

const DNS_CODES = new Set(['ENOTFOUND', 'EAI_AGAIN', 'ENODATA'])

/** A request had no answer that could be judged. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure'
  readonly outcome: HttpOutcome

  constructor(outcome: HttpOutcome, options?: ErrorOptions & { readonly said?: string }) {
    super(options?.said ?? outcome, options)
    this.outcome = outcome
  }

  /** @param otherwise what it is where the error does not say */
  static of(error: unknown, otherwise: HttpOutcome): HttpFailure {
    if (error instanceof HttpFailure) return error
    const one: unknown = error instanceof AggregateError ? error.errors[0] : error
    const code = errorCodeOf(one) ?? ''
    const outcome = DNS_CODES.has(code) ? 'dns_error' : code === 'ETIMEDOUT' ? 'timeout' : otherwise
    return new HttpFailure(outcome, {
      cause: error,
      said: one instanceof Error ? one.message : outcome,
    })
  }
}
