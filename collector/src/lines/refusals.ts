import type { LineError, LineErrorCode } from './line-error.ts'

/** One line that was refused. */
export interface Refusal {
  readonly error: LineError
  /** From 1. */
  readonly line: number
  /** Its beginning. */
  readonly text: string
}

/** Lines that are spelt out in an answer; the others are counted. */
const SHOWN = 10
const SHOWN_BYTES = 200

/** The lines of one write that are not taken. */
export class Refusals {
  readonly shown: Refusal[] = []
  readonly byCode = new Map<LineErrorCode, number>()
  count = 0

  add(error: LineError, line: number, text: Uint8Array): void {
    this.count++
    this.byCode.set(error.code, (this.byCode.get(error.code) ?? 0) + 1)
    if (this.shown.length < SHOWN) this.shown.push({ error, line, text: beginningOf(text) })
  }
}

function beginningOf(text: Uint8Array): string {
  const cut = Buffer.from(text.buffer, text.byteOffset, Math.min(text.length, SHOWN_BYTES))
  const shown = cut
    .toString()
    .replace(/\uFFFD+$/, '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trimEnd()
  return text.length > SHOWN_BYTES ? `${shown}…` : shown
}
