import { ByteScanner } from '../../sources/byte-scanner.ts'

/**
 * Parses lines of `name value` (/proc/vmstat) and takes those that are asked for; a name that the kernel
 * does not know is left out.
 * @param file names the bytes in errors
 */
export function parseCounters<const N extends string>(
  bytes: Uint8Array,
  file: string,
  names: readonly N[],
): Partial<Record<N, number>> {
  const scanner = new ByteScanner(bytes, file)
  const values: Partial<Record<N, number>> = {}
  let missing = names.length
  while (missing > 0 && scanner.nextLine()) {
    for (const name of names) {
      if (!scanner.takeField(name)) continue
      values[name] = scanner.number()
      missing -= 1
      break
    }
  }
  return values
}
