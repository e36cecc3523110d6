/** Most certificates that are taken of a file; Java's own cacerts has some 150. */
export const MOST_CERTIFICATES = 300

/** An entry of a keystore: a key with its chain, or a trusted authority. */
export interface KeystoreEntry {
  readonly alias: string
  /** Whether it has a key: its first certificate is a leaf then. */
  readonly hasKey: boolean
  readonly chain: readonly Uint8Array[]
}
