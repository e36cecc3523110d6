import { cutBytes } from './inert-text.ts'

/** Parts of a message that has a bound. */
export interface Parts {
  /** Always there. */
  readonly head: string
  /** As many as there is room for, from the first on; each ends its own line. */
  readonly blocks: readonly string[]
  /** What closes the message when so many blocks are left out, 0 among it. */
  readonly tail: (leftOut: number) => string
}

/**
 * Puts a message together that takes at most `maxBytes`, as `sizeOf` counts them (default: UTF-8). What is left out is counted in the tail; where there is no
 * room for the first block it is cut.
 */
export function fitMessage(
  { head, blocks, tail }: Parts,
  maxBytes: number,
  sizeOf: (text: string) => number = (text) => Buffer.byteLength(text),
): string {
  const longestTail = Math.max(sizeOf(tail(0)), sizeOf(tail(blocks.length)))
  let room = maxBytes - sizeOf(head) - longestTail
  const taken: string[] = []
  for (const block of blocks) {
    const size = sizeOf(block)
    if (size > room) break
    room -= size
    taken.push(block)
  }
  const [first] = blocks
  // A size that counts escapes is never less than UTF-8's: a half of the room is enough for text.
  if (taken.length === 0 && first !== undefined && room > 64) {
    let cut = cutBytes(first, room)
    while (sizeOf(cut) > room) cut = cutBytes(cut, Math.floor(Buffer.byteLength(cut) * 0.8))
    taken.push(cut)
  }
  return head + taken.join('') + tail(blocks.length - taken.length)
}
