/** Texts with q'[…]' quotes, plain texts, comments, names in quotes, passwords, numbers: each by its own way of ending; one that was cut off ends with the text. */
const PARTS =
  /\bn?q'(?:\[[\s\S]*?(?:\]'|$)|\{[\s\S]*?(?:\}'|$)|<[\s\S]*?(?:>'|$)|\([\s\S]*?(?:\)'|$)|(\S)[\s\S]*?(?:\1'|$))|'(?:[^']|'')*(?:'|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\bidentified\s+by\s+(?:values\s+)?(?:"[^"]*(?:"|$)|'(?:[^']|'')*(?:'|$)|\S+)|"[^"]*(?:"|$)|[\w$#.]+/gi

const NUMBER = /^\.?\d[\w.]*$/

/** A statement's text without anything that could be data: values become ?, comments go, blanks are one; then cut to a length. */
export function redactSql(text: string, length: number): string {
  const redacted = text.replaceAll(PARTS, redactPart).replaceAll(/\s+/g, ' ').trim()
  return redacted.slice(0, length)
}

function redactPart(part: string): string {
  if (part.startsWith('--') || part.startsWith('/*')) return ' '
  if (/^identified\s/i.test(part)) return 'IDENTIFIED BY ?'
  if (part.startsWith('"')) return part
  return part.includes("'") || NUMBER.test(part) ? '?' : part
}
