import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeriesTable } from '@wardround/protocol'
import type { InfluxQlResult } from '@wardround/query'
import { fastify } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Api } from '../../http/api.ts'
import { addInfluxQueryRoutes } from '../../http/influx/query-routes.ts'
import { EmbeddedStore } from '../../store/embedded/embedded-store.ts'
import { LONG_RETENTION } from '../../store/testing/long-retention.ts'
import type { Sample } from '../../store/testing/sample-journal.ts'
import { embeddedReader } from './embedded-reader.ts'

interface QueryServerParts {
  readonly directory: string
  readonly table: SeriesTable
  readonly store: EmbeddedStore
  readonly app: Api
  readonly url: string
  readonly failures: readonly unknown[]
}

/** `/query` over an embedded store of this thread, on loopback. */
export class QueryServer implements AsyncDisposable {
  readonly store: EmbeddedStore
  readonly url: string
  /** What was logged as unexpected. */
  readonly failures: readonly unknown[]
  readonly #directory: string
  readonly #table: SeriesTable
  readonly #app: Api

  private constructor({ directory, table, store, app, url, failures }: QueryServerParts) {
    this.#directory = directory
    this.#table = table
    this.store = store
    this.#app = app
    this.url = url
    this.failures = failures
  }

  static async start(nowMs: number): Promise<QueryServer> {
    const directory = mkdtempSync(join(tmpdir(), 'wardround-influxql-'))
    const series = new SeriesTable()
    const now = (): number => nowMs
    const store = new EmbeddedStore({ directory, series, retention: LONG_RETENTION, nowMs: now })
    const failures: unknown[] = []
    const app = fastify().withTypeProvider<TypeBoxTypeProvider>()
    await addInfluxQueryRoutes(app, {
      store: embeddedReader(store),
      nowMs: now,
      language: () => 'en',
      log: { error: (told: unknown) => void failures.push(told) },
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    return new QueryServer({ directory, table: series, store, app, url, failures })
  }

  write(samples: readonly Sample[]): void {
    for (const [at, { series, timeMs, value }] of samples.entries()) {
      const block = {
        subject: series.subject,
        timeMs,
        series: Uint32Array.of(this.#table.intern(series)),
        values: Float64Array.of(value),
      }
      this.store.write(block, { segment: 1, offset: at }, timeMs)
    }
    this.store.mergeAll()
  }

  /** All statements in one request. */
  async query(statements: readonly string[]): Promise<InfluxQlResult[]> {
    if (statements.length === 0) return []
    const body = new URLSearchParams({ q: statements.join(';') })
    const response = await fetch(`${this.url}/query?db=wardround&epoch=ms`, {
      method: 'POST',
      body,
    })
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- InfluxDB's API
    const answer = (await response.json()) as { results?: InfluxQlResult[]; error?: string }
    if (answer.results === undefined) throw new Error(`${answer.error}: ${statements.join(';')}`)
    return answer.results
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#app.close()
    this.store.close()
    rmSync(this.#directory, { recursive: true })
  }
}
