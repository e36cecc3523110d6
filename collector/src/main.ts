import { isMainThread } from 'node:worker_threads'
import { continueLean } from './lean-start.ts'
import { runWorker } from './workers/worker.ts'

// One file is program and workers alike, so that a bundle stays one file.
if (isMainThread) {
  continueLean()
  await (await import('./command-line.ts')).runCollectorCommand(process.argv)
} else await runWorker()
