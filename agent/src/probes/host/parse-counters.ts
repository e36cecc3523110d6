import { ProbeError } from '../../probe.ts'

/**
 * Parses lines of `name value` (/proc/vmstat) and takes those that are asked for; a name that the kernel
 * does not know is left out.
 * @param file names the bytes in errors
 */
export function parseCounters<const N extends string>(
  bytes: Buffer,
  file: string,
  names: readonly N[],
): Partial<Record<N, number>> {
  // Each line lies between two newlines, so that one search finds a whole name.
  const text = `\n${bytes.toString('latin1')}`
  const values: Partial<Record<N, number>> = {}
  for (const name of names) {
    const found = text.indexOf(`\n${name} `)
    if (found === -1) continue
    const start = found + name.length + 2
    const end = text.indexOf('\n', start)
    const value = text.slice(start, end === -1 ? text.length : end)
    if (!/^\d+$/.test(value)) throw problem(file, text, found)
    values[name] = Number(value)
  }
  return values
}

function problem(file: string, text: string, found: number): ProbeError {
  const line = text.slice(0, found + 1).split('\n').length - 1
  return new ProbeError('UNPARSABLE', {
    zh: `${file}:${line}：应为数字`,
    en: `${file}:${line}: a number was expected`,
  })
}
