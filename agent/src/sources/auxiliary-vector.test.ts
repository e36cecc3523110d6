import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { endianness } from 'node:os'
import { expect, test } from 'vitest'

import { parseAuxiliaryVector } from './auxiliary-vector.ts'

function vector(pairs: readonly (readonly [number, number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(pairs.length * 16))
  const little = endianness() === 'LE'
  for (const [index, [type, value]] of pairs.entries()) {
    view.setBigUint64(index * 16, BigInt(type), little)
    view.setBigUint64(index * 16 + 8, BigInt(value), little)
  }
  return new Uint8Array(view.buffer)
}

test('finds page size and clock ticks among the other pairs', () => {
  const bytes = vector([
    [33, 0x7fff],
    [6, 65536],
    [17, 250],
    [0, 0],
  ])
  expect(parseAuxiliaryVector(bytes)).toEqual({ pageBytes: 65536, ticksPerSecond: 250 })
})

test('takes those of x86 for what is missing', () => {
  expect(parseAuxiliaryVector(new Uint8Array(0))).toEqual({ pageBytes: 4096, ticksPerSecond: 100 })
  expect(parseAuxiliaryVector(new Uint8Array(20))).toEqual({ pageBytes: 4096, ticksPerSecond: 100 })
})

test('agrees with getconf on this machine', ({ skip }) => {
  skip(process.platform !== 'linux', 'not on this machine: there is no /proc')
  const units = parseAuxiliaryVector(readFileSync('/proc/self/auxv'))
  const ask = (name: string): number =>
    Number(execFileSync('getconf', [name], { encoding: 'utf8' }))
  expect(units).toEqual({ pageBytes: ask('PAGESIZE'), ticksPerSecond: ask('CLK_TCK') })
})
