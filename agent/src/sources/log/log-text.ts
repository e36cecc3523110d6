import { TextDecoder } from 'node:util'

export const LOG_ENCODINGS = ['auto', 'utf-8', 'gbk', 'gb18030'] as const

export type LogEncoding = (typeof LOG_ENCODINGS)[number]

/** @param option checked against LOG_ENCODINGS */
export function toEncoding(option: unknown): LogEncoding {
  return LOG_ENCODINGS.find((encoding) => encoding === option) ?? 'auto'
}

/**
 * Turns the bytes of a line into text. `auto` takes what is valid UTF-8 as that and the rest as GB18030, line by line, as in files that
 * several programs write. Bytes that are no text become U+FFFD: nothing is refused. In none of these is the byte of a line's end part of another
 * character.
 */
export class LogText {
  readonly #first: TextDecoder
  readonly #second: TextDecoder | undefined

  constructor(encoding: LogEncoding) {
    const isAuto = encoding === 'auto'
    this.#first = new TextDecoder(isAuto ? 'utf-8' : encoding, { fatal: isAuto })
    this.#second = isAuto ? new TextDecoder('gb18030') : undefined
  }

  /** @param isCut whether the last character may be half */
  decode(bytes: Buffer, isCut: boolean): string {
    if (this.#second === undefined) return this.#first.decode(bytes)
    try {
      return this.#first.decode(isCut ? withoutHalfCharacter(bytes) : bytes)
    } catch {
      return this.#second.decode(bytes) // not UTF-8
    }
  }
}

function withoutHalfCharacter(bytes: Buffer): Buffer {
  let start = bytes.length - 1
  while (start > 0 && start > bytes.length - 4 && isContinuation(bytes[start])) start--
  return lengthByFirst(bytes[start]) > bytes.length - start ? bytes.subarray(0, start) : bytes
}

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80
}

function lengthByFirst(byte = 0): number {
  if (byte >= 0xf0) return 4
  if (byte >= 0xe0) return 3
  return byte >= 0xc0 ? 2 : 1
}
