import { ProbeError } from '../../probe.ts'

/**
 * Parses /proc/net/snmp or /proc/net/netstat, where each protocol has a line of names and beneath it one
 * of numbers: `Tcp: ActiveOpens …` and `Tcp: 12 …`. Takes the named counters; what the kernel does not
 * know is left out.
 * @param file names the bytes in errors
 */
export function parseProtocolCounters<const N extends string>(
  bytes: Buffer,
  file: string,
  protocol: string,
  names: readonly N[],
): Partial<Record<N, number>> {
  const lines = bytes.toString('latin1').split('\n')
  const label = `${protocol}: `
  const at = lines.findIndex((line) => line.startsWith(label))
  if (at === -1) return {}
  const numbers = lines[at + 1] ?? ''
  if (!numbers.startsWith(label)) {
    const line = Math.min(at + 2, lines.length - 1)
    throw new ProbeError('UNPARSABLE', {
      zh: `${file}:${line}：应为 ${protocol} 的数值`,
      en: `${file}:${line}: the numbers of ${protocol} were expected`,
    })
  }
  return takeColumns(lines[at] ?? '', numbers, names, `${file}:${at + 2}`)
}

function takeColumns<N extends string>(
  header: string,
  numbers: string,
  names: readonly N[],
  place: string,
): Partial<Record<N, number>> {
  const columns = header.split(' ')
  const fields = numbers.split(' ')
  const values: Partial<Record<N, number>> = {}
  for (const name of names) {
    const column = columns.indexOf(name, 1)
    if (column === -1) continue
    const field = fields[column] ?? ''
    if (!/^-?\d+$/.test(field))
      throw new ProbeError('UNPARSABLE', {
        zh: `${place}：${name} 应为数字`,
        en: `${place}: a number was expected for ${name}`,
      })
    values[name] = Number(field)
  }
  return values
}
