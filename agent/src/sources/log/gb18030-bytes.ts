const FIRST = 0x4e00
const LAST = 0x9fa5

let table: Uint16Array | undefined

/** The bytes of ASCII and Chinese text in GBK and GB18030; undefined for any other. Node only decodes them, so the table is made of what it decodes. */
export function toGb18030(text: string): Buffer | undefined {
  table ??= makeTable()
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const pair = table[code - FIRST] ?? 0
    if (code < 0x80) bytes.push(code)
    else if (pair !== 0) bytes.push(pair >> 8, pair & 0xff)
    else return undefined
  }
  return Buffer.from(bytes)
}

/** Two bytes for each of the characters that GBK has. */
function makeTable(): Uint16Array {
  const pairs = new Uint16Array(LAST - FIRST + 1)
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      const code = decoder.decode(Uint8Array.of(lead, trail)).charCodeAt(0)
      if (code >= FIRST && code <= LAST) pairs[code - FIRST] = (lead << 8) | trail
    }
  }
  return pairs
}
