import type { CommonOptions, Language } from '@wardround/program'
import { continueAsFreshImage } from '@wardround/program/fresh-image'
import type { AgentConfig } from './config.ts'
import type { AgentSettings } from './settings.ts'
import type { SourceSettings } from './source-session.ts'

/** All that a staying agent needs to know: what `run` found out from its command line and configuration. */
export interface HandedRun {
  readonly settings: AgentSettings
  readonly logLevel: AgentConfig['log']['level']
  /** For reading the configuration again. */
  readonly options: CommonOptions
  readonly language: Language
}

/** What is handed on: the run, and the options of Node's that a person gave the first image. */
interface Handed {
  readonly run: HandedRun
  readonly givenOptions: readonly string[]
}

/** Its pieces are numbered from 0. */
const VARIABLE = 'WARDROUND_HANDED_RUN_'

/** The longest variable that Linux takes is 128 KiB (MAX_ARG_STRLEN), and all of them together a quarter of the stack, 2 MiB as a rule. */
const PIECE_LENGTH = 100_000
const MAX_PIECES = 10

let givenOptions: readonly string[] = process.execArgv

/** What a host needs, and what one device more remembers of its ports and series. */
const HEAP_MIB = 64
const HEAP_MIB_OF_DEVICE = 1
const POLLED: readonly string[] = ['redfish', 'snmp']

/**
 * Of a Node that stays for months on somebody else's server: a small heap and few threads. Without its snapshot Node starts 30 ms
 * later and takes 4 MB less. Without the optimizing compilers it takes 9 MB less: what runs six times a minute is hardly ever worth
 * compiling twice, and in the first hours compiling costs more than it saves (docs/benchmarks.md).
 */
export function leanOptions(sources: readonly Pick<SourceSettings, 'type'>[] = []): string[] {
  const devices = sources.filter(({ type }) => POLLED.includes(type)).length
  return [
    '--max-semi-space-size=1',
    `--max-old-space-size=${HEAP_MIB + Math.ceil(HEAP_MIB_OF_DEVICE * devices)}`,
    '--optimize-for-size',
    '--no-turbofan',
    '--no-maglev',
    '--v8-pool-size=0',
    '--no-node-snapshot',
    '--expose-gc', // for giveBackMemory
  ]
}

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
 * Returns where that can't be done (Windows, an older Node, a configuration of some thousand devices); the caller then stays as it is.
 */
export function continueAfresh(run: HandedRun): void {
  const handed = toVariables(run)
  if (handed === undefined) return
  continueAsFreshImage({
    nodeOptions: leanOptions(run.settings.sources),
    givenOptions,
    environment: LEAN_ENVIRONMENT,
    handed,
  })
}

/** The variables that hand a run on; undefined where it is too long for them. */
export function toVariables(run: HandedRun): Record<string, string> | undefined {
  const settings = { ...run.settings, probes: [...run.settings.probes] }
  const text = inAscii(JSON.stringify({ run: { ...run, settings }, givenOptions }))
  if (text.length > MAX_PIECES * PIECE_LENGTH) return undefined
  const pieces = text.match(new RegExp(`.{1,${PIECE_LENGTH}}`, 'g')) ?? []
  return Object.fromEntries(pieces.map((piece, at) => [`${VARIABLE}${at}`, piece]))
}

/** What the image before handed over, if there was one; its own children don't see it. */
export function takeHandedRun(environment = process.env): HandedRun | undefined {
  let text = ''
  for (let at = 0; at < MAX_PIECES; at++) {
    text += environment[`${VARIABLE}${at}`] ?? ''
    delete environment[`${VARIABLE}${at}`]
  }
  if (text === '') return undefined
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by continueAfresh, in the same program
  const handed = JSON.parse(text) as Handed
  givenOptions = handed.givenOptions
  const { run } = handed
  return { ...run, settings: { ...run.settings, probes: new Map(run.settings.probes) } }
}

/** So that each character is one byte, and none is cut in two. */
function inAscii(json: string): string {
  return json.replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Once all is started: what only the start needed (compiled code, parse results, garbage) goes back to the system, some 2 MB. */
export function giveBackMemory(): void {
  void globalThis.gc?.({ type: 'major', flavor: 'last-resort', execution: 'async' })
}
