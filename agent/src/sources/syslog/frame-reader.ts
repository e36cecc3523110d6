/** Longest message that is taken whole; of a longer one the beginning. */
export const MAX_FRAME_BYTES = 64 * 1024
/** A length beyond this is no length: the stream has lost its step. */
const LONGEST_CLAIM = 1_048_576
const LINE_FEED = 0x0a
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39
const BLANK = 0x20

/** The stream is no syslog: nothing in it can be found again. */
export class FramingError extends Error {
  override readonly name = 'FramingError'
}

/**
 * Takes a TCP stream apart (RFC 6587): a message that begins with a digit has its length in front, any other ends with a line feed or a zero byte. Of a
 * message that is too long the beginning is given, and the rest passed over.
 */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0)
  /** Bytes of a counted message still to be passed over. */
  #skip = 0
  /** The rest of this line is passed over. */
  #skipLine = false

  /** Messages that are whole now. @throws FramingError */
  push(chunk: Buffer): Buffer[] {
    let data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const frames: Buffer[] = []
    for (;;) {
      const next = this.#next(data)
      if (next === undefined) break
      if (next.frame !== undefined && next.frame.length > 0) frames.push(next.frame)
      data = data.subarray(next.used)
    }
    this.#held = Buffer.from(data)
    return frames
  }

  /** What is left at the end of the stream: a last line without its end. */
  end(): Buffer[] {
    const rest = this.#held
    this.#held = Buffer.alloc(0)
    const isLine = !this.#skipLine && this.#skip === 0 && rest.length > 0 && !isDigit(rest[0])
    return isLine ? [rest] : []
  }

  #next(data: Buffer): { readonly frame: Buffer | undefined; readonly used: number } | undefined {
    if (data.length === 0) return undefined
    if (this.#skip > 0) {
      const used = Math.min(this.#skip, data.length)
      this.#skip -= used
      return { frame: undefined, used }
    }
    if (!this.#skipLine && isDigit(data[0])) return this.#counted(data)
    return this.#line(data)
  }

  #counted(data: Buffer): { frame: Buffer; used: number } | undefined {
    const blank = data.subarray(0, 9).indexOf(BLANK)
    if (blank < 0 && data.length < 9 && data.every(isDigit)) return undefined
    const length = blank < 0 ? NaN : Number(data.toString('latin1', 0, blank))
    if (!Number.isInteger(length) || length > LONGEST_CLAIM)
      throw new FramingError('a message begins with a digit and has no length')
    const start = blank + 1
    const wanted = Math.min(length, MAX_FRAME_BYTES)
    if (data.length < start + wanted) return undefined
    this.#skip = length - wanted
    return { frame: data.subarray(start, start + wanted), used: start + wanted }
  }

  #line(data: Buffer): { frame: Buffer | undefined; used: number } | undefined {
    const end = endOfLine(data)
    if (end < 0 && data.length < MAX_FRAME_BYTES) {
      if (!this.#skipLine) return undefined
      return { frame: undefined, used: data.length }
    }
    const isRest = this.#skipLine
    if (end < 0 || end > MAX_FRAME_BYTES) {
      this.#skipLine = true
      return {
        frame: isRest ? undefined : data.subarray(0, MAX_FRAME_BYTES),
        used: MAX_FRAME_BYTES,
      }
    }
    this.#skipLine = false
    return { frame: isRest ? undefined : withoutReturn(data.subarray(0, end)), used: end + 1 }
  }
}

function endOfLine(data: Buffer): number {
  const feed = data.indexOf(LINE_FEED)
  const zero = data.indexOf(0)
  if (feed < 0) return zero
  return zero < 0 ? feed : Math.min(feed, zero)
}

function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === 0x0d ? line.subarray(0, -1) : line
}

function isDigit(byte = 0): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_9
}
