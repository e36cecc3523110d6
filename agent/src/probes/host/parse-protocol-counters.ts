import { ByteScanner } from '../../sources/byte-scanner.ts'

/**
 * Parses /proc/net/snmp or /proc/net/netstat, where each protocol has a line of names and beneath it one
 * of numbers: `Tcp: ActiveOpens …` and `Tcp: 12 …`. Takes the named counters; what the kernel does not
 * know is left out.
 * @param file names the bytes in errors
 */
export function parseProtocolCounters<const N extends string>(
  bytes: Uint8Array,
  file: string,
  protocol: string,
  names: readonly N[],
): Partial<Record<N, number>> {
  const scanner = new ByteScanner(bytes, file)
  const label = `${protocol}:`
  while (scanner.nextLine()) {
    if (!scanner.takeField(label)) continue
    const columns = findColumns(scanner, names)
    if (!scanner.nextLine() || !scanner.takeField(label)) {
      throw scanner.problem(`the numbers of ${protocol} were expected`)
    }
    return takeColumns(scanner, columns, names)
  }
  return {}
}

/** For each name its column, −1 where it is missing. */
function findColumns(scanner: ByteScanner, names: readonly string[]): number[] {
  const columns = names.map(() => -1)
  for (let column = 0; scanner.hasField(); column += 1) {
    const wanted = names.findIndex((name) => scanner.takeField(name))
    if (wanted === -1) scanner.skip(1)
    else columns[wanted] = column
  }
  return columns
}

function takeColumns<N extends string>(
  scanner: ByteScanner,
  columns: readonly number[],
  names: readonly N[],
): Partial<Record<N, number>> {
  const values: Partial<Record<N, number>> = {}
  const last = Math.max(...columns)
  for (let column = 0; column <= last; column += 1) {
    const name = names[columns.indexOf(column)]
    if (name === undefined) scanner.skip(1)
    else values[name] = scanner.number()
  }
  return values
}
