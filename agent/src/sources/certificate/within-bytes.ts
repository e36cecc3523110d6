import type { JsonValue } from '@wardround/protocol'

/** Well below what a document may hold. */
const MOST_BYTES = 200_000

/** As many items, from the first on, as one document takes. */
export function withinBytes(items: readonly JsonValue[]): JsonValue[] {
  let bytes = 2
  const taken: JsonValue[] = []
  for (const item of items) {
    bytes += Buffer.byteLength(JSON.stringify(item)) + 1
    if (bytes > MOST_BYTES) break
    taken.push(item)
  }
  return taken
}
