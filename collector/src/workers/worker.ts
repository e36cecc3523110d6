import {
  type MessagePort,
  type ResourceLimits,
  Worker,
  parentPort,
  workerData,
} from 'node:worker_threads'

/** What a worker thread does. Each role's module exports `startRole(port, data)`. */
export type WorkerRole = 'store' | 'remote' | 'state'

/** A module that runs a role: called once, in the worker. It answers on `port` until the port closes. */
export interface RoleModule {
  startRole(port: MessagePort, data: unknown): void | Promise<void>
}

interface WorkerStart {
  readonly role: WorkerRole
  readonly data: unknown
}

const ROLES: Record<WorkerRole, () => Promise<RoleModule>> = {
  store: () => import('../store/embedded/store-worker.ts'),
  remote: () => import('../store/remote/remote-worker.ts'),
  state: () => import('../state/state-worker.ts'),
}

/**
 * The file that every worker starts: `main.ts` in a checkout, the bundle itself in a bundle (there all modules have
 * the bundle's address).
 */
function entryFile(): URL {
  const here = new URL(import.meta.url)
  return here.pathname.endsWith('/worker.ts') ? new URL('../main.ts', here) : here
}

/** Starts a worker thread for a role; `data` is what its `startRole` gets. */
export function startWorker(
  role: WorkerRole,
  data: unknown,
  resourceLimits: ResourceLimits = {},
): Worker {
  const start: WorkerStart = { role, data }
  return new Worker(entryFile(), { workerData: start, name: role, execArgv: [], resourceLimits })
}

/** The worker's side: called by `main.ts` when it isn't the main thread. */
export async function runWorker(): Promise<void> {
  if (parentPort === null) throw new Error('runWorker() was called outside a worker thread')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- startWorker alone starts this file in a worker
  const { role, data } = workerData as WorkerStart
  const module = await ROLES[role]()
  await module.startRole(parentPort, data)
}
