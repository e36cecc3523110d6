/** The samples of one line as lines of their own, each with its `measurement.field` (unescaped). None where the text is no line. */
export function singleFieldLines(line: string): { readonly name: string; readonly line: string }[] {
  const [head, fields, time] = splitAt(line, ' ')
  if (head === undefined || fields === undefined || time === undefined) return []
  const [measurement = ''] = splitAt(head, ',')
  return splitAt(fields, ',').map((pair) => {
    const [key = ''] = splitAt(pair, '=')
    const name = `${unescape(measurement)}.${unescape(key)}`
    return { name, line: `${head} ${pair} ${time}` }
  })
}

/** Parts of a text at a separator that no backslash stands before. */
function splitAt(text: string, separator: string): string[] {
  const parts: string[] = []
  let from = 0
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === separator) {
      parts.push(text.slice(from, at))
      from = at + 1
    }
  }
  parts.push(text.slice(from))
  return parts
}

function unescape(text: string): string {
  return text.replaceAll(/\\([ ,=])/g, '$1')
}
