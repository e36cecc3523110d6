const BLOCK = /-----BEGIN ((?:TRUSTED |X509 )?CERTIFICATE)-----[^-]{1,65536}-----END \1-----/g
const MOST_BLOCKS = 2_000

/** The certificates of a PEM file, one PEM block each; keys and anything else are passed over. */
export function splitPem(bytes: Uint8Array): readonly string[] {
  const found: string[] = []
  for (const [block] of Buffer.from(bytes).toString('latin1').matchAll(BLOCK)) {
    found.push(`${block.replaceAll('X509 CERTIFICATE', 'CERTIFICATE')}\n`)
    if (found.length === MOST_BLOCKS) break
  }
  return found
}
