import { endianness } from 'node:os'

/** What the kernel tells each program at its start, getauxval(3). */
export interface MachineUnits {
  readonly pageBytes: number
  /** Clock ticks per second in /proc (USER_HZ). */
  readonly ticksPerSecond: number
}

const AT_PAGESZ = 6
const AT_CLKTCK = 17

/** Parses /proc/self/auxv of a 64-bit process: pairs of type and value. What is missing is as on x86. */
export function parseAuxiliaryVector(bytes: Uint8Array): MachineUnits {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = endianness() === 'LE'
  let pageBytes = 4096
  let ticksPerSecond = 100
  for (let at = 0; at + 16 <= bytes.byteLength; at += 16) {
    const type = Number(view.getBigUint64(at, little))
    const value = Number(view.getBigUint64(at + 8, little))
    if (type === AT_PAGESZ) pageBytes = value
    if (type === AT_CLKTCK) ticksPerSecond = value
  }
  return { pageBytes, ticksPerSecond }
}
