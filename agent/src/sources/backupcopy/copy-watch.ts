import type { LocalizedText } from '@wardround/protocol'
import type { SourceContext } from '../../source.ts'
import { compareCopies, type CopiesCompared, type FilePair } from './compare-copies.ts'
import type { CopyMemory, Side } from './copy-memory.ts'
import { CopyReader, CopyReadError } from './copy-reader.ts'
import type { CopyFindings, CopyState } from './copy-session.ts'
import type { CopyComparison } from './copy-settings.ts'
import { describeReadProblem } from './describe-read-problem.ts'
import type { FoundFile, Listing } from './list-place.ts'

/** How long a look waits for a comparison to end: a few files are done by then. */
const WAIT_MS = 15_000
/** After so long of reading files a round ends, and the next one looks at the directories again: the newest files come first. */
const LONGEST_ROUND_MS = 600_000

export interface CopyWatchOptions {
  readonly comparison: CopyComparison
  readonly graceMs: number
  readonly memory: CopyMemory
  readonly context: SourceContext
  readonly stallMs?: number
}

/** What a round has found so far. */
interface Found {
  readonly first: readonly FoundFile[]
  readonly second: readonly FoundFile[]
  readonly isOneDevice: boolean
}

/** Why a round could not compare. */
interface Failed {
  readonly state: Extract<CopyState, 'missing' | 'hanging' | 'unreadable'>
  readonly problem: LocalizedText
}

/** Compares two copies in rounds, in a child of its own, and tells at any time how they stand. */
export class CopyWatch implements Disposable {
  readonly #with: CopyWatchOptions
  readonly #reader: CopyReader
  #round: Promise<void> | undefined
  #found: Found | Failed | undefined
  #hashedBytes = 0
  #comparedMs: number | undefined
  #isOver = false

  constructor(options: CopyWatchOptions) {
    this.#with = options
    const { timers, clocks } = options.context
    this.#reader = new CopyReader({
      timers,
      clocks,
      onRead: (bytes) => (this.#hashedBytes += bytes),
      ...(options.stallMs === undefined ? {} : { stallMs: options.stallMs }),
    })
  }

  async look(signal: AbortSignal): Promise<CopyFindings> {
    if (!this.#isOver) this.#round ??= this.#run().finally(() => (this.#round = undefined))
    await this.#wait(signal)
    return this.#findings()
  }

  /** Ends what is under way. */
  cut(): void {
    this.#reader.end()
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#reader[Symbol.dispose]()
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const round = this.#round
    if (round === undefined || signal.aborted) return
    await new Promise<void>((resolve) => {
      const end = () => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#with.context.timers.after(WAIT_MS, end)
      signal.addEventListener('abort', end)
      void round.then(end)
    })
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { context, memory } = this.#with
    try {
      await this.#compare()
    } catch (error) {
      context.log.warn({ err: error, source: context.name }, 'the comparison of copies broke off')
    } finally {
      if (!(this.#found !== undefined && 'state' in this.#found && this.#found.state === 'hanging'))
        this.#reader.end()
      await memory.save(true)
    }
  }

  async #compare(): Promise<void> {
    const { memory, context } = this.#with
    const first = await this.#list('first')
    const second = 'state' in first ? first : await this.#list('second')
    const failed = [first, second].find((side) => 'state' in side)
    if (failed !== undefined || 'state' in first || 'state' in second) {
      this.#found = failed
      this.#tellStanding()
      return
    }
    memory.forgetUnreadable()
    memory.keepOnly('first', first.files)
    memory.keepOnly('second', second.files)
    this.#found = {
      first: first.files,
      second: second.files,
      isOneDevice: first.device === second.device,
    }
    this.#comparedMs = context.clocks.nowMs()
    this.#tellStanding()
    await this.#readUnread(this.#found)
  }

  async #list(side: Side): Promise<Listing | Failed> {
    const place = this.#with.comparison[side]
    try {
      const answer = await this.#reader.ask({ kind: 'list', place })
      if (answer.kind === 'listed') return answer.listing
      throw new Error(`asked for a list, got ${answer.kind}`)
    } catch (error) {
      if (!(error instanceof CopyReadError)) throw error
      const problem = describeReadProblem(error, place.directory)
      if (error.code === 'HANGING') return { state: 'hanging', problem }
      const isGone = ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ENOTCONN', 'EIO', 'ESTALE']
      return side === 'second' && isGone.includes(error.code)
        ? { state: 'missing', problem }
        : { state: 'unreadable', problem }
    }
  }

  /** Reads what has no digest yet, pair by pair, the newest first. */
  async #readUnread(found: Found): Promise<void> {
    const { clocks, memory: sourceMemory } = this.#with.context
    const untilMs = clocks.monotonicMs() + LONGEST_ROUND_MS
    for (const { first, second } of this.#compareNow(found).unread) {
      const isOver = clocks.monotonicMs() > untilMs || sourceMemory.pausedSinceMs !== undefined
      if (isOver || this.#isOver) return
      const goesOn =
        (await this.#readOne('first', first)) && (await this.#readOne('second', second))
      if (!goesOn) return
      await this.#with.memory.save(false)
    }
  }

  /** Returns whether the next file may be tried. */
  async #readOne(side: Side, file: FilePair['first']): Promise<boolean> {
    const { comparison, memory } = this.#with
    if (memory.digestOf(side, file) !== undefined) return true
    const { directory } = comparison[side]
    const { bytesPerSecond } = comparison
    try {
      const answer = await this.#reader.ask({ kind: 'hash', directory, file, bytesPerSecond })
      if (answer.kind === 'hashed') memory.remember(side, file, { sha256: answer.sha256 })
      return true
    } catch (error) {
      if (!(error instanceof CopyReadError)) throw error
      if (error.code === 'ENDED') return false
      if (error.code !== 'HANGING') {
        memory.remember(side, file, 'unreadable')
        return true
      }
      this.#found = { state: 'hanging', problem: describeReadProblem(error, directory) }
      this.#tellStanding()
      return false
    }
  }

  #compareNow({ first, second }: Found): CopiesCompared {
    const { comparison, memory, graceMs, context } = this.#with
    const compared = compareCopies({
      first,
      second,
      digestOf: comparison.usesSha256 ? (side, file) => memory.digestOf(side, file) : undefined,
      nowMs: context.clocks.nowMs(),
      graceMs,
    })
    if (compared.copiedToMs !== undefined) memory.noteCopiedTo(compared.copiedToMs)
    return compared
  }

  #findings(): CopyFindings {
    const found = this.#found
    const nothing = {
      isEqual: undefined,
      differences: undefined,
      sizeDeltaBytes: undefined,
      equalBytes: undefined,
      hashedBytes: this.#hashedBytes,
      comparedMs: this.#comparedMs,
      problem: undefined,
    }
    if (found === undefined) return { ...nothing, ageFromMs: this.#ageFromMs, state: 'comparing' }
    if ('state' in found) {
      const isGone = found.state === 'missing' && !this.#with.comparison.isRemovable
      return {
        ...nothing,
        ...found,
        ageFromMs: this.#ageFromMs,
        isEqual: isGone ? false : undefined,
      }
    }
    const { differences, unreadFiles, dueFiles, sizeDeltaBytes, equalBytes } =
      this.#compareNow(found)
    const state = stateOf(found, differences.length, unreadFiles)
    return {
      ...nothing,
      state,
      ageFromMs: this.#ageFromMs,
      isEqual: this.#judgeEqual(state, dueFiles),
      differences,
      sizeDeltaBytes,
      equalBytes,
      problem: found.isOneDevice ? ONE_DEVICE : undefined,
    }
  }

  #judgeEqual(state: CopyState, dueFiles: number): boolean | undefined {
    if (state === 'differs') return false
    const isRead = state === 'equal' && this.#with.comparison.usesSha256
    return isRead && dueFiles > 0 ? true : undefined
  }

  get #ageFromMs(): number {
    return this.#with.memory.copiedToMs ?? this.#with.memory.declaredMs
  }

  #tellStanding(): void {
    const { standing } = this.#with.context
    const found = this.#found
    if (found !== undefined && 'state' in found) standing.enter('failing', found.problem)
    else standing.enter('working')
  }
}

const ONE_DEVICE: LocalizedText = {
  zh: '两份备份在同一个文件系统上，设备损坏时会同时丢失，不能算作第二份备份',
  en: 'both copies are on one file system: they would be lost together, which makes no second copy',
}

function stateOf({ first }: Found, differences: number, unread: number): CopyState {
  if (differences > 0) return 'differs'
  if (unread > 0) return 'comparing'
  return first.length === 0 ? 'nothing' : 'equal'
}
