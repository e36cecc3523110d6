/** The beginning of a text that takes no more than so many bytes as JSON: what is escaped, or no ASCII, takes more than one for a letter. */
export function cutToJsonBytes(text: string, most: number): string {
  let kept = text.slice(0, most)
  while (Buffer.byteLength(JSON.stringify(kept)) > most) {
    const bytes = Buffer.byteLength(JSON.stringify(kept))
    kept = kept.slice(0, Math.min(kept.length - 1, Math.floor((kept.length * most) / bytes)))
  }
  return kept.toWellFormed()
}
