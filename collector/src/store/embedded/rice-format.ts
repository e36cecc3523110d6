/**
 * Whole numbers in bits. Every 64 numbers have a Rice parameter of their own, so a counter that idles at night and runs by day is
 * coded well in both. A number n is floor(n / 2^k) zero bits, a one, and its k low bits; MAX_ZEROS zeros say that all its bits follow.
 * Before all: the bits that the largest number needs, 5 bits. Block header, 5 bits: k from 0 to 29; SPARSE: few are not zero, each with its
 * place; ZEROS: all are zero.
 */
export const BLOCK = 64
export const MAX_ZEROS = 12
export const MAX_K = 29
export const SPARSE = 30
export const ZEROS = 31
/** Up to this k, zeros, one and low bits fit in the 25 bits that one load gives at any bit offset. */
export const MAX_SHORT_K = 12
