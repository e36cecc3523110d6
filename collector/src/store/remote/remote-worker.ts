import type { MessagePort } from 'node:worker_threads'
import { serveCalls } from '../../workers/worker-calls.ts'
import type { CoveredMessage } from '../feed/fed-worker.ts'
import { openInfluxLineWriter } from '../influxdb/influx-line-writer.ts'
import type { RemoteCalls, RemoteWorkerData } from './remote-messages.ts'
import { RemoteRole } from './remote-role.ts'

/** Runs one store outside in this worker thread until main calls `close`. */
export function startRole(port: MessagePort, started: unknown): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openRemoteStore alone starts this role
  const data = started as RemoteWorkerData
  const writer = openInfluxLineWriter(data.target)
  const role = new RemoteRole({
    data,
    writer,
    onCovered: (covered) => port.postMessage({ covered } satisfies CoveredMessage),
  })
  const calls: RemoteCalls = {
    advance: (durable) => role.advance(durable),
    status: () => role.status(),
    weigh: (until, receivedMs) => role.weigh(until, receivedMs),
    passOver: (end) => role.passOver(end),
    write: (lines) => role.write(lines),
    close: () => role.close(),
  }
  serveCalls(port, calls)
}
