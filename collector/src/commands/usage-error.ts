import { EXIT } from '@wardround/program'

/** A command was asked for something that it can't mean. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  /** Of the process. */
  readonly exitCode = EXIT.usage
}
