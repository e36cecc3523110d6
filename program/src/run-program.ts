import { isLocalizedText } from '@wardround/protocol'
import { ConfigError } from './config-error.ts'
import { EXIT } from './exit-codes.ts'
import { type Language, type LocalizedText, pickText } from './language.ts'
import { StateLockedError } from './state-lock.ts'
import { describeSystemError, exitCodeOfSystemError, isSystemError } from './system-error.ts'

/** How long a drain may take after the first signal before the process ends itself. */
const STOP_DEADLINE_MS = 10_000
/** A terminal and a parent process may both deliver one Ctrl-C: what follows within this time is the same wish. */
const SAME_SIGNAL_MS = 1_000

/** What a long-running command gets: when to stop, and when to re-read its configuration. */
export interface ProgramSignals {
  /** Aborted by TERM or INT. */
  readonly stop: AbortSignal
  /** Sets what SIGHUP does; one that came before is done now. A rejection is the callee's to report. */
  onReload(reload: () => Promise<void>): void
}

/**
 * Runs a command that stays: TERM and INT abort `stop`, the command drains and returns, and the process ends with code 0. Another signal after
 * more than a second, or ten seconds, end it at once. Sets process.exitCode; errors of start-up become their exit codes (interfaces.md).
 */
export async function runProgram(
  language: Language,
  command: (signals: ProgramSignals) => Promise<void>,
): Promise<void> {
  const controller = new AbortController()
  let reload: (() => Promise<void>) | undefined
  let stoppedAtMs = 0
  const stop = () => {
    if (controller.signal.aborted) {
      if (performance.now() - stoppedAtMs > SAME_SIGNAL_MS) process.exit(EXIT.failed)
      return
    }
    stoppedAtMs = performance.now()
    controller.abort()
    setTimeout(() => process.exit(EXIT.failed), STOP_DEADLINE_MS).unref()
  }
  let isReloadDue = false
  const hangUp = () => {
    isReloadDue = reload === undefined
    void reload?.()
  }
  const onReload = (callback: () => Promise<void>) => {
    reload = callback
    if (isReloadDue) hangUp()
  }
  process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', hangUp)
  try {
    await command({ stop: controller.signal, onReload })
  } catch (error) {
    process.exitCode = reportFailure(error, language)
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop).off('SIGHUP', hangUp)
    // what a failed start left open must not keep the process: it would look alive to whoever restarts it
    setTimeout(() => process.exit(), STOP_DEADLINE_MS).unref()
  }
}

/** Prints why a command failed on stderr and gives the exit code for it. */
export function reportFailure(error: unknown, language: Language): number {
  process.stderr.write(`${describeFailure(error, language)}\n`)
  return exitCodeOf(error)
}

function describeFailure(error: unknown, language: Language): string {
  if (error instanceof ConfigError) return error.format(language)
  return pickText(textOf(error), language)
}

/** What an error says for people; its message in both languages where it has but that. */
export function textOf(error: unknown): LocalizedText {
  if (!(error instanceof Error)) return { zh: String(error), en: String(error) }
  if (hasText(error)) return error.text
  return isSystemError(error)
    ? describeSystemError(error)
    : { zh: error.message, en: error.message }
}

/** Errors that are meant for people say what they say in both languages. */
function hasText(error: Error): error is Error & { readonly text: LocalizedText } {
  return 'text' in error && isLocalizedText(error.text)
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return EXIT.badConfiguration
  if (error instanceof StateLockedError) return EXIT.failed
  if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number')
    return error.exitCode
  return isSystemError(error) ? exitCodeOfSystemError(error) : EXIT.failed
}
