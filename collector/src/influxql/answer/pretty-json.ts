const INDENT = '    '

/** JSON with line breaks, its numbers as they are written: one in nanoseconds has more digits than a number keeps. */
export function prettyJson(text: string): string {
  let depth = 0
  const line = (): string => `\n${INDENT.repeat(depth)}`
  return text.replaceAll(/"(?:[^"\\]|\\[^])*"|[{[](?:\s*[}\]])?|[}\]]|[,:]/g, (part) => {
    if (part.length > 1) return part
    if (part === '{' || part === '[') {
      depth++
      return part + line()
    }
    if (part === '}' || part === ']') {
      depth--
      return line() + part
    }
    if (part === ',') return part + line()
    return part === ':' ? ': ' : part
  })
}
