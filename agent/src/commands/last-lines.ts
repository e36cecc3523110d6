import { stripVTControlCharacters } from 'node:util'

const MOST_BYTES = 16 * 1024
const MOST_LINES = 20
const MOST_CHARACTERS = 2_000

/** The last lines of an output of any length; terminal's control characters are left out. */
export class LastLines {
  #tail: Buffer = Buffer.alloc(0)

  add(piece: Buffer): void {
    const joined = piece.length >= MOST_BYTES ? piece : Buffer.concat([this.#tail, piece])
    this.#tail = Buffer.from(joined.subarray(-MOST_BYTES))
  }

  text(): string {
    const shown = stripVTControlCharacters(this.#tail.toString('utf8'))
      // what a progress display has overwritten
      .replaceAll(/^.*\r(?!\n|$)/gm, '')
      .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    const lines = shown.split('\n').filter((line) => line.trim() !== '')
    return lines.slice(-MOST_LINES).join('\n').slice(-MOST_CHARACTERS)
  }
}
