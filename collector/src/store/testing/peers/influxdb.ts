import { freePort } from '@wardround/program/testing'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InfluxQlResult } from '@wardround/query'
import { isOnPath, post, startPeer } from './peer-program.ts'
import type { PeerProgram } from './peer-program.ts'

/** Debian's package influxdb. */
const PROGRAM = 'influxd'
const DATABASE = 'wardround'

/** A real InfluxDB 1.x on loopback with one empty database. */
export interface InfluxDb extends PeerProgram {
  /** Lines with times in ms. */
  write(lines: string): Promise<void>
  /** All statements in one request. */
  query(statements: readonly string[]): Promise<InfluxQlResult[]>
}

export function hasInfluxDb(): boolean {
  return isOnPath(PROGRAM)
}

/** `parent`: where its directory is made. */
export async function startInfluxDb(parent = tmpdir()): Promise<InfluxDb> {
  const directory = await mkdtemp(join(parent, 'wardround-influxdb-'))
  const [port, backupPort] = [await freePort(), await freePort()]
  const config = join(directory, 'influxdb.conf')
  await writeFile(config, toConfig(directory, port, backupPort))
  const url = `http://127.0.0.1:${port}`
  const program = await startPeer([PROGRAM, 'run', '-config', config], {
    url,
    ready: '/ping',
    directory,
  })
  await post(`${url}/query?q=${encodeURIComponent(`CREATE DATABASE ${DATABASE}`)}`, '')
  return {
    ...program,
    write: (lines) => post(`${url}/write?db=${DATABASE}&precision=ms`, lines),
    async query(statements) {
      if (statements.length === 0) return []
      const body = new URLSearchParams({ q: statements.join(';') })
      const response = await fetch(`${url}/query?db=${DATABASE}&epoch=ms`, { method: 'POST', body })
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- InfluxDB's API
      const answer = (await response.json()) as { results?: InfluxQlResult[]; error?: string }
      if (answer.results === undefined) throw new Error(`${answer.error}: ${statements.join(';')}`)
      return answer.results
    },
  }
}

function toConfig(directory: string, port: number, backupPort: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
dir = "${join(directory, 'meta')}"
[data]
dir = "${join(directory, 'data')}"
wal-dir = "${join(directory, 'wal')}"
query-log-enabled = false
[http]
bind-address = "127.0.0.1:${port}"
log-enabled = false
[monitor]
store-enabled = false
`
}
