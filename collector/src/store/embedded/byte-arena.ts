const BLOCK_BYTES = 1024 * 1024
/** Blocks that are used again. */
const KEPT_BLOCKS = 4

/** Memory for many small arrays that are let go together: an array with memory of its own each would keep the garbage collector busy. */
export class ByteArena {
  #blocks: Uint8Array<ArrayBuffer>[] = []
  #block = 0
  #used = 0

  /** A copy that is good until clear(). */
  copy(bytes: Uint8Array): Uint8Array {
    if (bytes.length > BLOCK_BYTES) return bytes.slice()
    if (this.#used + bytes.length > BLOCK_BYTES) {
      this.#block++
      this.#used = 0
    }
    const block = (this.#blocks[this.#block] ??= new Uint8Array(BLOCK_BYTES))
    const from = this.#used
    this.#used += bytes.length
    block.set(bytes, from)
    return block.subarray(from, this.#used)
  }

  clear(): void {
    this.#blocks.length = Math.min(this.#blocks.length, KEPT_BLOCKS)
    this.#block = 0
    this.#used = 0
  }
}
