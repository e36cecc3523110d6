import { useEffect, useState } from 'preact/hooks'
import { fetchInventory } from './api.ts'

const REFRESH_MS = 60_000

/** The newest body of each of a host's documents, by name; read again every minute. */
export function useDocuments(host: string): ReadonlyMap<string, unknown> {
  const [documents, setDocuments] = useState<ReadonlyMap<string, unknown>>(new Map())
  useEffect(() => {
    const controller = new AbortController()
    const refresh = async () => {
      try {
        const answer = await fetchInventory(host, controller.signal)
        setDocuments(new Map(answer.documents.map((document) => [document.name, document.body])))
      } catch {
        // a host without documents shows none; the page's status says when the collector is away
      }
    }
    void refresh()
    const timer = setInterval(() => void refresh(), REFRESH_MS)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [host])
  return documents
}
