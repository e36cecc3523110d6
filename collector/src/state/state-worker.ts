import type { MessagePort } from 'node:worker_threads'
import { serveCalls, type CallTable } from '../workers/worker-calls.ts'
import { openStateTables, type StateLocation } from './tables.ts'

/** What the worker posts once it is open. */
export interface StateReady {
  readonly ready: true
  /** Every function that it serves, as `table.function`. */
  readonly calls: readonly string[]
  readonly setAside: string | undefined
  readonly replacedBy: 'copy' | 'empty' | undefined
}

/** The state worker: serves every function of the tables as `table.function`. */
export async function startRole(port: MessagePort, data: unknown): Promise<void> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- openState alone starts this role
  const { tables, opened } = await openStateTables(data as StateLocation)
  const calls: CallTable = {}
  for (const [table, functions] of Object.entries(tables)) {
    for (const [name, called] of Object.entries(functions)) calls[`${table}.${name}`] = called
  }
  serveCalls(port, calls)
  const { setAside, replacedBy } = opened
  port.postMessage({
    ready: true,
    calls: Object.keys(calls),
    setAside,
    replacedBy,
  } satisfies StateReady)
}
