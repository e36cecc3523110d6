import type { CommonOptions, Language } from '@wardround/program'
import { continueAsFreshImage } from '@wardround/program/fresh-image'
import type { AgentConfig } from './config.ts'
import type { AgentSettings } from './settings.ts'

/** All that a staying agent needs to know: what `run` found out from its command line and configuration. */
export interface HandedRun {
  readonly settings: AgentSettings
  readonly logLevel: AgentConfig['log']['level']
  /** For reading the configuration again. */
  readonly options: CommonOptions
  readonly language: Language
}

const VARIABLE = 'WARDROUND_HANDED_RUN'

/** Longest value that Linux takes is 128 KiB (MAX_ARG_STRLEN). */
const MAX_LENGTH = 100_000

/**
 * Of a Node that stays for months on somebody else's server: a small heap and few threads. Without its snapshot Node starts 30 ms
 * later and takes 4 MB less. Without the optimizing compilers it takes 9 MB less: what runs six times a minute is hardly ever worth
 * compiling twice, and in the first hours compiling costs more than it saves (docs/benchmarks.md).
 */
export const LEAN_OPTIONS = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--optimize-for-size',
  '--no-turbofan',
  '--no-maglev',
  '--v8-pool-size=0',
  '--no-node-snapshot',
  '--expose-gc', // for giveBackMemory
]

export const LEAN_ENVIRONMENT = {
  // Four: libuv gives at most two to name look-ups, and the log follower reads one file at a time. A name server that does not answer, or a
  // hanging file system with a log on it, must not keep the outbox from its disk.
  UV_THREADPOOL_SIZE: '4',
  // glibc keeps what parsing took at the start unless it is told to give it back.
  MALLOC_ARENA_MAX: '1',
  MALLOC_TRIM_THRESHOLD_: '65536',
  MALLOC_MMAP_THRESHOLD_: '32768',
} as const

/**
 * Goes on as a fresh image of this process that loads neither command line nor configuration schemas: they cost 10 MB and are needed once.
 * Returns where that can't be done (Windows, an older Node, a very large configuration); the caller then stays as it is.
 */
export function continueAfresh(run: HandedRun): void {
  const text = JSON.stringify({
    ...run,
    settings: { ...run.settings, probes: [...run.settings.probes] },
  })
  if (Buffer.byteLength(text) > MAX_LENGTH) return
  continueAsFreshImage({
    nodeOptions: LEAN_OPTIONS,
    environment: LEAN_ENVIRONMENT,
    handed: { [VARIABLE]: text },
  })
}

/** What the image before handed over, if there was one; its own children don't see it. */
export function takeHandedRun(): HandedRun | undefined {
  const text = process.env[VARIABLE]
  if (text === undefined) return undefined
  delete process.env[VARIABLE]
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by continueAfresh, in the same program
  const run = JSON.parse(text) as HandedRun
  return { ...run, settings: { ...run.settings, probes: new Map(run.settings.probes) } }
}

/** Once all is started: what only the start needed (compiled code, parse results, garbage) goes back to the system, some 2 MB. */
export function giveBackMemory(): void {
  void globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'async' })
}
