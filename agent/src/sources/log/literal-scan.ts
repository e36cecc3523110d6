/** Table entries are Uint16. */
const MAX_STATES = 65_000
const BYTES = 256
const LETTERS = 26
const UPPER_A = 0x41
const LOWER_A = 0x61

/** One state while the words are put together. */
interface Node {
  readonly next: Map<number, number>
  isEnd: boolean
}

/**
 * Looks for many words at once, without regard to the case of ASCII letters (Aho and Corasick): one step for each byte, however many words
 * there are and whatever the text is.
 */
export class LiteralScan {
  readonly #table: Uint16Array
  readonly #isEnd: Uint8Array

  /** @throws RangeError for more words than the table takes */
  constructor(words: readonly Uint8Array[]) {
    const nodes = toTree(words)
    if (nodes.length > MAX_STATES) throw new RangeError(`${nodes.length} states are too many`)
    this.#table = new Uint16Array(nodes.length * BYTES)
    this.#isEnd = new Uint8Array(nodes.length)
    this.#fill(nodes)
  }

  /** Whether one of the words stands in `bytes` between the two places. */
  holds(bytes: Uint8Array, from: number, to: number): boolean {
    const table = this.#table
    const isEnd = this.#isEnd
    let state = 0
    for (let at = from; at < to; at++) {
      state = table[(state << 8) | (bytes[at] ?? 0)] ?? 0
      if (isEnd[state] === 1) return true
    }
    return false
  }

  /** Breadth first: a state falls back to one that is nearer to the root, whose row is complete. */
  #fill(nodes: readonly Node[]): void {
    const fallBack = new Uint16Array(nodes.length)
    const queue = [0]
    for (const state of queue) {
      const node = nodes[state]
      const back = fallBack[state] ?? 0
      this.#isEnd[state] = node?.isEnd === true || this.#isEnd[back] === 1 ? 1 : 0
      for (let byte = 0; byte < BYTES; byte++) {
        const known = node?.next.get(byte)
        const inherited = state === 0 ? 0 : (this.#table[(back << 8) | byte] ?? 0)
        this.#table[(state << 8) | byte] = known ?? inherited
        if (known === undefined) continue
        fallBack[known] = inherited
        queue.push(known)
      }
      this.#copyUpperCase(state)
    }
  }

  #copyUpperCase(state: number): void {
    const row = state << 8
    for (let letter = 0; letter < LETTERS; letter++)
      this.#table[row | (UPPER_A + letter)] = this.#table[row | (LOWER_A + letter)] ?? 0
  }
}

function toTree(words: readonly Uint8Array[]): Node[] {
  const nodes: Node[] = [{ next: new Map(), isEnd: false }]
  for (const word of words) {
    let node = nodes[0]
    for (const byte of word) node = step(nodes, node, toLowerCase(byte))
    if (node !== undefined) node.isEnd = true
  }
  return nodes
}

function step(nodes: Node[], node: Node | undefined, byte: number): Node | undefined {
  const known = node?.next.get(byte)
  if (known !== undefined) return nodes[known]
  const made: Node = { next: new Map(), isEnd: false }
  node?.next.set(byte, nodes.length)
  nodes.push(made)
  return made
}

function toLowerCase(byte: number): number {
  return byte >= UPPER_A && byte < UPPER_A + LETTERS ? byte + LOWER_A - UPPER_A : byte
}
