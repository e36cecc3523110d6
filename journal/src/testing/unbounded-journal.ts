import type { JournalOptions } from '../journal-options.ts'

/** Options of a journal that drops nothing, for its age or its size, but where a test says so. */
export function unboundedJournal(
  directory: string,
  more: Partial<JournalOptions> = {},
): JournalOptions {
  return {
    directory,
    maxBytes: 2 ** 30,
    maxAgeMs: Infinity,
    whenFull: 'refuse',
    reserve: { fraction: 0, bytes: 0 },
    ...more,
  }
}
