import { readFile } from 'node:fs/promises'

import { parseAuxiliaryVector } from '../auxiliary-vector.ts'
import { isSocketDirectory, type PostgresqlTarget } from './postgresql-target.ts'

/** Our session as its server process shows it. */
export interface Backend {
  readonly pid: number
  readonly target: Pick<PostgresqlTarget, 'host' | 'user' | 'database'>
  /** Our end of a TCP connection. */
  readonly localPort: number | undefined
}

/**
 * Processor time of our session's server process, seconds. PostgreSQL keeps none for a session, so it is read from /proc where the server
 * runs beside us: its command line must name our user, database and port, else that pid is another machine's or container's.
 */
export async function readBackendCpu(backend: Backend): Promise<number | undefined> {
  if (process.platform !== 'linux' || !isLocal(backend.target)) return undefined
  try {
    const [title, stat, auxiliary] = await Promise.all([
      readFile(`/proc/${backend.pid}/cmdline`, 'latin1'),
      readFile(`/proc/${backend.pid}/stat`, 'latin1'),
      readFile('/proc/self/auxv'),
    ])
    if (!isTitleOf(backend, title)) return undefined
    return parseCpuTicks(stat) / parseAuxiliaryVector(auxiliary).ticksPerSecond
  } catch {
    return undefined // gone, or not ours to see
  }
}

function isLocal(target: Backend['target']): boolean {
  return isSocketDirectory(target) || /^(localhost|127\.[\d.]+|::1)$/.test(target.host)
}

/** `postgres: wardround postgres 127.0.0.1(40312) SELECT`, with the cluster's name before the user where it has one. */
export function isTitleOf({ target, localPort }: Backend, title: string): boolean {
  const from = localPort === undefined ? '[local]' : `(${localPort})`
  return (
    title.startsWith('postgres:') &&
    title.includes(` ${target.user} ${target.database} `) &&
    title.includes(from)
  )
}

/** utime and stime of proc_pid_stat(5), after the name in brackets that may hold blanks and brackets. */
export function parseCpuTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
