import { continueAsFreshImage } from '@wardround/program/fresh-image'

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

/** Goes on as a fresh image of this process whose Node keeps less memory to itself; returns in that image, and where there can be none. */
export function continueLean(): void {
  if (process.env[VARIABLE] !== undefined) {
    delete process.env[VARIABLE]
    return
  }
  if (!process.argv.includes('run')) return
  continueAsFreshImage({
    nodeOptions: OPTIONS,
    environment: ENVIRONMENT,
    handed: { [VARIABLE]: '1' },
  })
}
