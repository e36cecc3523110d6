import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadOracledb } from './load-oracledb.ts'
import type { OracleModule } from './oracle-module.ts'
import type { OracleTarget } from './oracle-target.ts'
import type { ThickReply, ThickRequest } from './thick-message.ts'
import { ThickServer } from './thick-server.ts'

/** After this long a logon hangs for good in the Oracle Client: the process ends, and the next connect starts another. */
const HANGING_FOR_GOOD_MS = 120_000
const LOOK_EVERY_MS = 10_000

/** Runs node-oracledb in thick mode, which holds for a whole process, and one fault of which takes a whole process along. */
export function startRole(): void {
  const server = new ThickServer({ load: loadThick, reply: sendReply })
  process.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent alone holds the other end
    void server.receive(message as ThickRequest)
  })
  setInterval(() => {
    if (server.hangingMs > HANGING_FOR_GOOD_MS) endNow()
  }, LOOK_EVERY_MS).unref()
  process.on('disconnect', endNow)
}

function sendReply(reply: ThickReply): void {
  process.send?.(reply)
}

/** Not exit(): that waits for the threads in which the Oracle Client may hang. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL')
}

async function loadThick({
  clientDirectory,
  configDirectory,
}: OracleTarget): Promise<OracleModule> {
  const binaryDirectory = bundledBinaries()
  return loadOracledb({
    ...(clientDirectory === undefined ? {} : { libDir: clientDirectory }),
    ...(configDirectory === undefined ? {} : { configDir: configDirectory }),
    ...(binaryDirectory === undefined ? {} : { binaryDir: binaryDirectory }),
  })
}

/**
 * Where the .node file of node-oracledb lies: in a checkout within its package, which finds it by itself; beside a bundle in the
 * directory of drivers, where node-oracledb itself would not know how to say that it is missing.
 */
function bundledBinaries(): string | undefined {
  const here = new URL(import.meta.url)
  if (here.pathname.endsWith('/thick-role.ts')) return undefined
  const directory = fileURLToPath(new URL('./wardround-agent-drivers/', here))
  const ending = `-${process.platform}-${process.arch}.node`
  if (listIfThere(directory).some((name) => name.endsWith(ending))) return directory
  throw new Error(`NJS-045: there is no oracledb-…${ending} in ${directory}`)
}

function listIfThere(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
