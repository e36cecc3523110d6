import { fetchInventory } from './api.ts'
import { useRefreshed } from './use-refreshed.ts'

const REFRESH_MS = 60_000
const NONE: ReadonlyMap<string, unknown> = new Map()

/** The newest body of each of a host's documents, by name; read again every minute. */
export function useDocuments(host: string): ReadonlyMap<string, unknown> {
  const [documents] = useRefreshed((signal) => fetchDocuments(host, signal), NONE, REFRESH_MS, [
    host,
  ])
  return documents
}

async function fetchDocuments(host: string, signal: AbortSignal) {
  const { documents } = await fetchInventory(host, signal)
  return new Map(documents.map(({ name, body }) => [name, body]))
}
