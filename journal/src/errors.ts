/**
 * - `JOURNAL_FULL`: `whenFull: 'refuse'` and `maxBytes` is reached
 * - `JOURNAL_NO_SPACE`: ENOSPC, EDQUOT, or the reserve of the file system is reached
 * - `JOURNAL_READ_ONLY`: EROFS, EACCES, EPERM
 * - `JOURNAL_IO`: EIO, EMFILE and every other answer of the system
 * - `JOURNAL_TOO_LARGE`: one record is larger than a segment
 * - `JOURNAL_CLOSED`: appended to a journal that is closed
 */
export type JournalErrorCode =
  | 'JOURNAL_FULL'
  | 'JOURNAL_NO_SPACE'
  | 'JOURNAL_READ_ONLY'
  | 'JOURNAL_IO'
  | 'JOURNAL_TOO_LARGE'
  | 'JOURNAL_CLOSED'

const NEVER_RETRYABLE: ReadonlySet<JournalErrorCode> = new Set([
  'JOURNAL_TOO_LARGE',
  'JOURNAL_CLOSED',
])

/** What a journal could not do. `retryable`: the same append may succeed later. `cause` is the system's own error, if there was one. */
export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly code: JournalErrorCode
  readonly retryable: boolean

  constructor(code: JournalErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.retryable = !NEVER_RETRYABLE.has(code)
  }
}

const CODE_OF_ERRNO: Readonly<Record<string, { code: JournalErrorCode; advice: string }>> = {
  ENOSPC: { code: 'JOURNAL_NO_SPACE', advice: 'free space on its file system' },
  EDQUOT: { code: 'JOURNAL_NO_SPACE', advice: 'raise the quota or free space' },
  EROFS: { code: 'JOURNAL_READ_ONLY', advice: 'mount its file system writable' },
  EACCES: { code: 'JOURNAL_READ_ONLY', advice: 'give this user write access to it' },
  EPERM: { code: 'JOURNAL_READ_ONLY', advice: 'give this user write access to it' },
  EMFILE: { code: 'JOURNAL_IO', advice: "raise the process's limit of open files" },
  ENFILE: { code: 'JOURNAL_IO', advice: "raise the system's limit of open files" },
}

/** The system's error code (`ENOSPC`, …) of a thrown value, if it has one. */
export function errnoCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined
}

const SHORTAGES: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM'])

/** Whether the system lacked something that has nothing to do with the file in question. */
export function isShortage(error: unknown): boolean {
  return SHORTAGES.has(errnoCode(error))
}

/** Classifies what the file layer threw. `action` and `path` say what was being done to which object. */
export function toJournalError(error: unknown, action: string, path: string): JournalError {
  if (error instanceof JournalError) return error
  const errno = errnoCode(error)
  const known = errno === undefined ? undefined : CODE_OF_ERRNO[errno]
  const advice = known?.advice ?? 'check the disk and the kernel log'
  const reason = errno ?? (error instanceof Error ? error.message : String(error))
  return new JournalError(
    known?.code ?? 'JOURNAL_IO',
    `journal: can't ${action} ${path}: ${reason}; ${advice}`,
    { cause: error },
  )
}
