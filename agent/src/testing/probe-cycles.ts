import { readFileSync } from 'node:fs'

import { NoDataError, ProbeError } from '../probe.ts'
import { PROBES } from '../probes.gen.ts'
import { openHost } from '../sources/host.ts'
import { sampleOnce } from './sample-once.ts'

/**
 * A program: runs the host's probes, all but the inventory, for as many cycles as its argument says, as the
 * agent would. Whoever traces it sees an attempt to read BEGIN before the first cycle.
 */
export const BEGIN = '/proc/wardround-cycles-begin'

const INTERVAL_MS = 10_000

async function runCycles(cycles: number): Promise<void> {
  await using host = await openHost({ root: '/' })
  const probes = PROBES.filter(
    ({ source, name }) => source.type === 'host' && name !== 'host.inventory',
  )
  const memories = new Map<string, unknown>()
  markBegin()
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    for (const probe of probes) {
      const options =
        probe.name === 'host.procstat' ? { services: [{ name: 'all', pattern: '.' }] } : {}
      const run = sampleOnce(probe, host.session, {
        options,
        memory: memories.get(probe.name),
        timeMs: cycle * INTERVAL_MS,
        monotonicMs: cycle * INTERVAL_MS,
      })
      memories.set(probe.name, await run.then(({ memory }) => memory, ignoreFailure))
    }
  }
}

/** What a failed run asked of the system counts too: a file system of this machine may hang at this moment. */
function ignoreFailure(error: unknown): undefined {
  if (!(error instanceof NoDataError || error instanceof ProbeError)) throw error
}

function markBegin(): void {
  try {
    readFileSync(BEGIN)
  } catch {
    // That it is not there is the point: the attempt stands in the trace.
  }
}

const cycles = process.argv[2]
if (import.meta.main && cycles !== undefined) await runCycles(Number(cycles))
