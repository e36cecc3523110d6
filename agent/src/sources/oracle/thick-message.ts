import type { Row } from '../../row.ts'
import type { Statement } from '../../statement.ts'
import { ConnectError, isConnectFailure } from '../server/connect-failure.ts'
import { StatementError, type StatementFailure } from '../server/server-driver.ts'
import type { OracleGreeting } from './ask-identity.ts'
import type { OracleTarget } from './oracle-target.ts'

/** What the child of thick mode is asked to do with one of its connections. */
export type ThickWork =
  | {
      readonly do: 'connect'
      readonly connection: number
      readonly source: string
      readonly target: OracleTarget
      readonly password: string
    }
  | {
      readonly do: 'send'
      readonly connection: number
      readonly statement: Statement
      readonly binds: readonly unknown[]
      readonly timeoutMs: number
    }
  | { readonly do: 'close' | 'destroy'; readonly connection: number }

/** From the agent to the child. */
export type ThickRequest = ThickWork & { readonly id: number }

export type ThickResult = OracleGreeting | readonly Row[] | undefined

/** From the child to the agent, one for each request. */
export type ThickReply =
  | { readonly id: number; readonly result: ThickResult }
  | { readonly id: number; readonly failure: ThickFailure }

export type ThickFailure =
  | { readonly kind: 'connect'; readonly failure: string; readonly zh: string; readonly en: string }
  | {
      readonly kind: 'statement'
      readonly failure: StatementFailure
      readonly code: string
      readonly message: string
      readonly object: string | undefined
    }
  | { readonly kind: 'other'; readonly message: string }

/** Errors lose their class on the way between processes. */
export function toThickFailure(error: unknown): ThickFailure {
  if (error instanceof ConnectError)
    return { kind: 'connect', failure: error.failure, ...error.text }
  if (error instanceof StatementError) {
    const { failure, vendorCode: code, message, object } = error
    return { kind: 'statement', failure, code, message, object }
  }
  return { kind: 'other', message: error instanceof Error ? error.message : String(error) }
}

export function fromThickFailure(failure: ThickFailure): Error {
  switch (failure.kind) {
    case 'connect': {
      const { zh, en } = failure
      return new ConnectError(isConnectFailure(failure.failure) ? failure.failure : 'other', {
        zh,
        en,
      })
    }
    case 'statement':
      return new StatementError(failure.failure, failure.code, failure.message, {
        object: failure.object,
      })
    case 'other':
      return new Error(failure.message)
  }
}
