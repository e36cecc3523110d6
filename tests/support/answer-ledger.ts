import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

/** One answer of a test's device: all series of a host at one moment. */
export interface Answer {
  /** Timestamp of its samples, epoch ms. */
  readonly timeMs: number
  /** Counts a host's answers from 1, over restarts of the program that gives them. */
  readonly tick: number
}

/**
 * What the device of one host has answered, as the device itself wrote it down: the truth that stored samples are compared with. Each answer is one
 * write that has reached the kernel before any sample of it is emitted, so a killed process loses none of it.
 */
export class AnswerLedger implements Disposable {
  readonly #file: number
  #tick: number

  constructor(path: string) {
    this.#tick = readAnswers(path).at(-1)?.tick ?? 0
    this.#file = openSync(path, 'a')
  }

  /** Writes an answer down; returns its number. */
  record(timeMs: number): number {
    this.#tick++
    writeSync(this.#file, `${timeMs} ${this.#tick}\n`)
    return this.#tick
  }

  [Symbol.dispose](): void {
    closeSync(this.#file)
  }
}

/** All answers of a ledger; none where there is no file yet. A line that a kill cut short was followed by no emit. */
export function readAnswers(path: string): Answer[] {
  const lines = readIfThere(path).split('\n').slice(0, -1)
  return lines.map((line) => {
    const [timeMs, tick] = line.split(' ').map(Number)
    if (timeMs === undefined || tick === undefined) throw new Error(`${path}: "${line}"`)
    return { timeMs, tick }
  })
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** Series that one host may have: the number of a sample keeps room for so many. */
export const MAX_SERIES_PER_HOST = 4096

/** The value of a sample: its sequence number, spread over 32 bits (a bijection), so that the codecs can't live on its evenness. */
export function answerValue(tick: number, series: number): number {
  return Math.imul(tick * MAX_SERIES_PER_HOST + series, 0x9e3779b1) >>> 0
}
