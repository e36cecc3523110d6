import { useState } from 'preact/hooks'

/** Runs what a button asks of the collector; the collector's words stand where it refused, until the next try. */
export function useAction(): readonly [
  (action: () => Promise<unknown>) => void,
  string | undefined,
] {
  const [failure, setFailure] = useState<string>()
  const run = (action: () => Promise<unknown>): void => {
    setFailure(undefined)
    action().catch((error: unknown) =>
      setFailure(error instanceof Error ? error.message : String(error)),
    )
  }
  return [run, failure]
}
