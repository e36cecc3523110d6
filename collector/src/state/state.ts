import type { Worker } from 'node:worker_threads'
import { toWorkerStartError } from '../errors.ts'
import { startWorker } from '../workers/worker.ts'
import { openCaller, type Caller, type CallTable } from '../workers/worker-calls.ts'
import type { StateReady } from './state-worker.ts'
import type { StateLocation, StateTables } from './tables.ts'

/** A table whose functions run elsewhere. */
type Remote<T> = {
  readonly [Name in keyof T]: T[Name] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Awaited<Result>>
    : never
}

/**
 * What must outlive the collector and isn't a series: agents, tokens, inventory, events, alerts and notices (design D5). Asynchronous, so
 * that the main thread never waits for a disk, and so that another database can stand behind it.
 */
export type State = { readonly [Table in keyof StateTables]: Remote<StateTables[Table]> } & {
  /** Set when the database was damaged at open: where it was put aside, and what took its place. */
  readonly repaired: Pick<StateReady, 'setAside' | 'replacedBy'> | undefined
  /** Rejects when the worker ends before it is told to. */
  readonly failed: Promise<never>
} & AsyncDisposable

/**
 * Opens the state of a state directory in a worker thread of its own.
 * @throws StateTooNewError (by its code), or StartError when the worker ends before it is ready
 */
export async function openState(
  location: StateLocation,
  start: (location: StateLocation) => Worker = (data) => startWorker('state', data),
): Promise<State> {
  const worker = start(location)
  const caller = openCaller<CallTable>(worker)
  let closing = false
  const failed = new Promise<never>((_resolve, reject) => {
    const fail = (error: Error) => {
      caller.fail(error)
      if (!closing) reject(error)
    }
    worker.on('error', fail)
    worker.on('exit', (code) => fail(new Error(`the state worker ended with code ${code}`)))
  })
  const ready = await Promise.race([untilReady(worker), failed]).catch((error: unknown) => {
    throw toWorkerStartError('STATE_NOT_OPENED', location.directory, error)
  })
  failed.catch(() => undefined) // whoever waits on `failed` is told; nobody else need be
  const state = {
    ...remoteTables(caller, ready.calls),
    repaired: ready.setAside === undefined ? undefined : ready,
    failed,
    async [Symbol.asyncDispose]() {
      if (closing) return
      closing = true
      await caller.call('upkeep.close')
      await worker.terminate()
    },
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker serves exactly StateTables' functions and names them
  return state as unknown as State
}

function untilReady(worker: Worker): Promise<StateReady> {
  return new Promise((resolve) => worker.once('message', resolve))
}

function remoteTables(caller: Caller<CallTable>, names: readonly string[]): object {
  const tables: Record<string, Record<string, (...args: unknown[]) => Promise<unknown>>> = {}
  for (const name of names) {
    const [table = '', called = ''] = name.split('.')
    tables[table] ??= {}
    tables[table][called] = (...args) => caller.call(name, ...args)
  }
  return tables
}
