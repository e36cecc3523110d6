/** A page of memory for the values of many blocks. */
const SLAB_BYTES = 65_536
/** Longer lists get memory of their own, so that none keeps a slab for itself. */
const MAX_SLAB_VALUES = 1_024

let slab = new ArrayBuffer(0)
let used = 0

/**
 * An array of zeros for the values of one block. Many share a piece of memory, because a buffer of its own costs more than decoding a block: so its
 * buffer must not be transferred to another thread, and what is kept keeps 64 KB alive.
 */
export function newValues(count: number): Float64Array<ArrayBuffer> {
  if (count > MAX_SLAB_VALUES) return new Float64Array(count)
  const bytes = count * Float64Array.BYTES_PER_ELEMENT
  if (used + bytes > slab.byteLength) {
    slab = new ArrayBuffer(SLAB_BYTES)
    used = 0
  }
  const values = new Float64Array(slab, used, count)
  used += bytes
  return values
}
