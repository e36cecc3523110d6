import { expect, test } from 'vitest'
import { ByteArena } from './byte-arena.ts'

test('copies stay what they were, whatever their length, until the arena is cleared', () => {
  const arena = new ByteArena()
  for (let round = 0; round < 2; round++) {
    const sizes = Array.from({ length: 200 }, (_, index) => (index * 7919) % 40_000)
    sizes.push(2 ** 20, 2 ** 20 + 1, 3)
    const originals = sizes.map((size, index) => new Uint8Array(size).fill(index + round))
    const copies = originals.map((bytes) => arena.copy(bytes))
    expect(copies.every((copy, index) => Buffer.compare(copy, originals[index]!) === 0)).toBe(true)
    arena.clear()
  }
})
