import { ByteScanner } from '../../sources/byte-scanner.ts'

/**
 * Parses /proc/net/sockstat or sockstat6: sockets in use of one protocol, undefined where it is not listed.
 * @param file names the bytes in errors
 */
export function parseSockstat(
  bytes: Uint8Array,
  file: string,
  protocol: 'TCP' | 'UDP' | 'TCP6' | 'UDP6',
): number | undefined {
  const scanner = new ByteScanner(bytes, file)
  while (scanner.nextLine()) {
    if (!scanner.take(`${protocol}:`)) continue
    if (!scanner.takeField('inuse'))
      throw scanner.problem({ zh: '应为“inuse N”', en: '`inuse N` was expected' })
    return scanner.number()
  }
  return undefined
}
