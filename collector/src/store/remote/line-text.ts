/*
 * Texts of InfluxDB's line protocol.
 */

/**
 * How a store reads a backslash that escapes nothing. `literal`: as itself (InfluxDB 1.x and 2.x); one at the end of a text would then escape what follows it, and there
 * is no way to write it: it is left out, as Telegraf does. `doubled`: two are one (VictoriaMetrics, which drops what it can't read without a word).
 */
export type Backslash = 'literal' | 'doubled'

const CONTROL: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Measurement and tags, in the order of their keys as stores keep them, with the space that ends them. */
export function formatHead(
  measurement: string,
  tags: readonly (readonly [string, string])[],
  backslash: Backslash,
): string {
  const text = tags
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [escapeKey(key, backslash), escapeKey(value, backslash)])
    .filter(([key, value]) => key !== '' && value !== '')
    .map(([key, value]) => `,${key}=${value}`)
    .join('')
  return `${escapeAll(measurement, /[ ,]/g, backslash)}${text} `
}

/** A tag key, tag value or field key. */
export function escapeKey(text: string, backslash: Backslash): string {
  return escapeAll(text, /[ ,=]/g, backslash)
}

function escapeAll(text: string, special: RegExp, backslash: Backslash): string {
  const written =
    backslash === 'doubled' ? text.replaceAll('\\', String.raw`\\`) : text.replace(/\\+$/, '')
  // Line breaks can't be in a line.
  return written
    .replaceAll(special, String.raw`\$&`)
    .replaceAll(/[\n\r\t]/g, (found) => CONTROL[found] ?? found)
}
