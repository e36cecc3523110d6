import type { MessagePort } from 'node:worker_threads'
import { serveCalls } from '../../workers/worker-calls.ts'
import type { CoveredMessage } from '../feed/fed-worker.ts'
import type { StoreCalls, StoreWorkerData } from './store-messages.ts'
import { StoreRole } from './store-role.ts'

/** Runs the embedded store in this worker thread until main calls `close`. */
export function startRole(port: MessagePort, data: unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openEmbeddedStore alone starts this role
  const role = new StoreRole(data as StoreWorkerData, (covered) =>
    port.postMessage({ covered } satisfies CoveredMessage),
  )
  const calls: StoreCalls = {
    advance: (durable) => role.advance(durable),
    query: (number, query, eachSeries) => role.query(number, query, eachSeries),
    abort: (number) => role.abort(number),
    series: (filter) => role.series(filter),
    status: () => role.status(),
    close: () => role.close(),
  }
  serveCalls(port, calls)
}
