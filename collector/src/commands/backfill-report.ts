import { type Language, type LocalizedText, pickText } from '@wardround/program'
import type { BackfillProgress } from '../store/remote/backfills.ts'

/** Tells a person how far a backfill is. */
export interface BackfillReport {
  show(progress: BackfillProgress): void
  end(progress: BackfillProgress): void
}

type Out = Pick<NodeJS.WriteStream, 'write'>

const BAR_WIDTH = 30

/** On a terminal: one line that is written over. */
export class ProgressBar implements BackfillReport {
  readonly #out: Out
  readonly #language: Language

  constructor(out: Out, language: Language) {
    this.#out = out
    this.#language = language
  }

  show(progress: BackfillProgress): void {
    const full = Math.round(BAR_WIDTH * fractionOf(progress))
    const bar = '#'.repeat(full).padEnd(BAR_WIDTH, '-')
    this.#out.write(`\r\u001B[K[${bar}] ${pickText(describe(progress), this.#language)}`)
  }

  end(progress: BackfillProgress): void {
    this.#out.write(`\r\u001B[K${pickText(summarize(progress), this.#language)}\n`)
  }
}

/** Elsewhere: a line for each whole percent, and for each new reason to wait. */
export class ProgressLines implements BackfillReport {
  readonly #out: Out
  readonly #language: Language
  #told = ''

  constructor(out: Out, language: Language) {
    this.#out = out
    this.#language = language
  }

  show(progress: BackfillProgress): void {
    const key = `${percentOf(progress)} ${progress.waits ?? ''}`
    if (key === this.#told) return
    this.#told = key
    this.#out.write(`${pickText(describe(progress), this.#language)}\n`)
  }

  end(progress: BackfillProgress): void {
    this.#out.write(`${pickText(summarize(progress), this.#language)}\n`)
  }
}

function describe(progress: BackfillProgress): LocalizedText {
  const { copied, filledToMs, waits } = progress
  const [percent, to] = [percentOf(progress), new Date(filledToMs).toISOString()]
  const waiting =
    waits === undefined
      ? { zh: '', en: '' }
      : { zh: `；等待该库恢复（${waits}）`, en: `; waits for the store (${waits})` }
  return {
    zh: `${percent} %，已补到 ${to}，共 ${copied} 个采样${waiting.zh}`,
    en: `${percent} %, copied up to ${to}, ${copied} samples${waiting.en}`,
  }
}

function summarize({ store, copied, fromMs, toMs }: BackfillProgress): LocalizedText {
  const [from, to] = [fromMs, toMs].map((timeMs) => new Date(timeMs).toISOString())
  return {
    zh: `${store}：补写完成，${from} 至 ${to}，共 ${copied} 个采样`,
    en: `${store}: done, ${from} to ${to}, ${copied} samples`,
  }
}

function percentOf(progress: BackfillProgress): number {
  return Math.floor(100 * fractionOf(progress))
}

function fractionOf({ fromMs, toMs, filledToMs }: BackfillProgress): number {
  return Math.min(1, (filledToMs - fromMs) / (toMs - fromMs))
}
