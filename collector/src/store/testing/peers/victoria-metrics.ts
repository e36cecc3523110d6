import { freePort } from '@wardround/program/testing'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PromqlAnswer, PromqlRequest } from '@wardround/query'
import { isOnPath, post, startPeer } from './peer-program.ts'
import type { PeerProgram } from './peer-program.ts'

/** Debian's package victoria-metrics. */
const PROGRAM = 'victoria-metrics'

/** A real, empty VictoriaMetrics on loopback. */
export interface VictoriaMetrics extends PeerProgram {
  /** Lines with times in ms. */
  write(lines: string): Promise<void>
  /** Makes what was written visible to queries. */
  flush(): Promise<void>
  query(requests: readonly PromqlRequest[]): Promise<PromqlAnswer[]>
}

export function hasVictoriaMetrics(): boolean {
  return isOnPath(PROGRAM)
}

export interface VictoriaMetricsOptions {
  /** Where its directory is made; default: the system's directory for such. */
  readonly parent?: string
  /** Keep one of two samples of the same series and time, as docs/stores.md advises. */
  readonly deduplicates?: boolean
}

export async function startVictoriaMetrics({
  parent = tmpdir(),
  deduplicates = false,
}: VictoriaMetricsOptions = {}): Promise<VictoriaMetrics> {
  const directory = await mkdtemp(join(parent, 'wardround-victoria-metrics-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const program = await startPeer(
    [
      PROGRAM,
      `-storageDataPath=${join(directory, 'data')}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      '-retentionPeriod=100y',
      '-loggerLevel=ERROR',
      ...(deduplicates ? ['-dedup.minScrapeInterval=1ms'] : []),
    ],
    { url, ready: '/health', directory },
  )
  return {
    ...program,
    write: (lines) => post(`${url}/write?precision=ms`, lines),
    flush: () => post(`${url}/internal/force_flush`, ''),
    query: (requests) => Promise.all(requests.map((request) => ask(url, request))),
  }
}

async function ask(url: string, { path, parameters }: PromqlRequest): Promise<PromqlAnswer> {
  const body = new URLSearchParams(parameters)
  const response = await fetch(url + path, { method: 'POST', body })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Prometheus's API
  return (await response.json()) as PromqlAnswer
}

/** A series as `/api/v1/export` has it. */
export interface ExportedSeries {
  readonly metric: Readonly<Record<string, string>>
  readonly timestamps: readonly number[]
  readonly values: readonly number[]
}

/** Every sample of the series that a selector names, of a time [fromMs, toMs) where one is given. */
export async function exportSeries(
  server: VictoriaMetrics,
  selector: string,
  range?: { readonly fromMs: number; readonly toMs: number },
): Promise<ExportedSeries[]> {
  await server.flush()
  const query = new URLSearchParams({ 'match[]': selector })
  if (range !== undefined) {
    query.set('start', String(range.fromMs / 1_000))
    query.set('end', String((range.toMs - 1) / 1_000))
  }
  const text = await (await fetch(`${server.url}/api/v1/export?${query.toString()}`)).text()
  const lines = text.split('\n').filter((line) => line !== '')
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- VictoriaMetrics' documented answer
  return lines.map((line) => JSON.parse(line) as ExportedSeries)
}
