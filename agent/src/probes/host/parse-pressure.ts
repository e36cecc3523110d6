import { ByteScanner } from '../../sources/byte-scanner.ts'

/** One line of /proc/pressure/*: share of time in percent, and the sum since boot. */
export interface Pressure {
  readonly type: 'some' | 'full'
  readonly avg10: number
  readonly avg60: number
  readonly avg300: number
  /** Microseconds. */
  readonly total: number
}

/** Parses a file of /proc/pressure (the kernel's Documentation/accounting/psi.rst). @param file names the bytes in errors */
export function parsePressure(bytes: Uint8Array, file: string): Pressure[] {
  const scanner = new ByteScanner(bytes, file)
  const lines: Pressure[] = []
  while (scanner.nextLine()) {
    const type = scanner.field()
    if (type !== 'some' && type !== 'full')
      throw scanner.problem({ zh: '应为 some 或 full', en: '`some` or `full` was expected' })
    const avg10 = parseMember(scanner, 'avg10=')
    const avg60 = parseMember(scanner, 'avg60=')
    const avg300 = parseMember(scanner, 'avg300=')
    lines.push({ type, avg10, avg60, avg300, total: parseMember(scanner, 'total=') })
  }
  return lines
}

function parseMember(scanner: ByteScanner, name: string): number {
  if (!scanner.take(name)) throw scanner.problem({ zh: `应为 ${name}`, en: `${name} was expected` })
  return scanner.number()
}
