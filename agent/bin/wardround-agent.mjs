#!/usr/bin/env node
import { startProgram } from '@wardround/program/starter'

// A guest on a database server keeps its heap small and its threads few: each flag is measured in docs/benchmarks.md.
const LEAN = [
  '--max-semi-space-size=1',
  '--max-old-space-size=64',
  '--optimize-for-size',
  '--v8-pool-size=0',
]
const staying = process.argv[2] === 'run'

await startProgram({
  main: new URL('../src/main.ts', import.meta.url),
  nodeOptions: staying ? LEAN : [],
  environment: staying ? { UV_THREADPOOL_SIZE: '1' } : {},
})
