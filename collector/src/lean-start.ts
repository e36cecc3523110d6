const VARIABLE = 'WARDROUND_LEAN'

/** Nearly all that the main thread allocates is gone at once: a larger young generation would only fill memory, and was measured to be no faster. */
const OPTIONS = ['--max-semi-space-size=8']

/**
 * glibc would give each of a dozen threads a heap of its own, with free memory of its own; and once a large array is let go it would put the next ones
 * of that size on its heap, where they leave holes, unless the threshold is told.
 */
const ENVIRONMENT = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '524288',
  MALLOC_TRIM_THRESHOLD_: '1048576',
} as const

/**
 * Goes on as a fresh image of this process (same process id) whose Node keeps less memory to itself. Both kinds of setting can be made at a
 * process's start alone. Returns where that can't be done (Windows, an older Node), and in the fresh image.
 */
export function continueLean(argv: readonly string[]): void {
  const [, program] = argv
  if (process.env[VARIABLE] !== undefined) {
    delete process.env[VARIABLE]
    return
  }
  if (process.execve === undefined || program === undefined || !argv.includes('run')) return
  const options = new Set([...OPTIONS, ...process.execArgv])
  // That it is experimental is nothing a reader of logs could act on.
  process.removeAllListeners('warning').on('warning', () => undefined)
  process.execve(process.execPath, [process.execPath, ...options, program, ...argv.slice(2)], {
    ...ENVIRONMENT,
    ...process.env,
    [VARIABLE]: '1',
  })
}
