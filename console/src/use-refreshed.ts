import { useEffect, useState } from 'preact/hooks'

/** What a collector's answer says, read at once and again after so many ms; what was read stays while an answer fails, and `initial` stands until the first. */
export function useRefreshed<T>(
  read: (signal: AbortSignal) => Promise<T>,
  initial: T,
  everyMs: number,
  dependencies: readonly unknown[],
): readonly [T, () => void] {
  const [value, setValue] = useState(initial)
  const [asked, setAsked] = useState(0)
  useEffect(() => {
    const controller = new AbortController()
    const refresh = async () => {
      try {
        setValue(await read(controller.signal))
      } catch {
        // what was shown stays; the page's status says when the collector is away
      }
    }
    void refresh()
    const timer = setInterval(() => void refresh(), everyMs)
    return () => {
      controller.abort()
      clearInterval(timer)
    }
  }, [...dependencies, asked])
  return [value, () => setAsked((count) => count + 1)]
}
