import { ByteScanner } from '../../sources/byte-scanner.ts'

/** Values of /proc/meminfo by name: bytes where the file says kB, else plain counts (huge pages). */
export type Meminfo = ReadonlyMap<string, number>

/** Parses /proc/meminfo (proc(5)). */
export function parseMeminfo(bytes: Uint8Array): Meminfo {
  const scanner = new ByteScanner(bytes, '/proc/meminfo')
  const values = new Map<string, number>()
  while (scanner.nextLine()) {
    const name = scanner.fieldUntil(':')
    if (name === undefined) throw scanner.problem('`Name: value kB` was expected')
    const value = scanner.number()
    values.set(name, scanner.take('kB') ? value * 1024 : value)
  }
  if (!values.has('MemTotal')) throw scanner.problem('MemTotal is missing')
  return values
}
