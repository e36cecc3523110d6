import type { LocalizedText } from '@wardround/protocol'
import { CHECK_FAILURES, type CheckFailure } from '../../measurements/certificate-check.ts'
import { ProbeError, type ProbeErrorCode } from '../../probe.ts'

const CODES: Partial<Record<CheckFailure, ProbeErrorCode>> = {
  unreachable: 'NOT_ANSWERING',
  timeout: 'DEADLINE',
  unknown_host: 'NOT_ANSWERING',
  not_permitted: 'NOT_PERMITTED',
  wrong_password: 'REFUSED',
  not_found: 'UNREADABLE',
  too_large: 'FLOOD',
}

/** One endpoint or file could not be looked at; the others can. */
export class CheckError extends ProbeError {
  readonly failure: CheckFailure
  readonly said: LocalizedText

  constructor(failure: CheckFailure, said: LocalizedText, options?: ErrorOptions) {
    super(CODES[failure] ?? 'UNPARSABLE', said, options)
    this.failure = failure
    this.said = said
  }

  /** Its wire value. */
  get state(): number {
    return CHECK_FAILURES.indexOf(this.failure) + 1
  }
}
