import type { ServerResponse } from 'node:http'

/** Aborted when the asker goes away before the answer is there. */
export function whenGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return gone.signal
}
