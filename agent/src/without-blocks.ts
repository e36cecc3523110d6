/** A text without what stands between two marks, and the marks themselves; where the last one is not closed, the rest stays. One walk over it. */
export function withoutBlocks(text: string, open: string, close: string): string {
  const kept: string[] = []
  let at = 0
  for (;;) {
    const start = text.indexOf(open, at)
    const end = start === -1 ? -1 : text.indexOf(close, start + open.length)
    if (end === -1) return [...kept, text.slice(at)].join('')
    kept.push(text.slice(at, start))
    at = end + close.length
  }
}
