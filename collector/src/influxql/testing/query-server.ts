import type { InfluxQlResult } from '@wardround/query'
import { fastify } from 'fastify'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Api } from '../../http/api.ts'
import { addInfluxQueryRoutes } from '../../http/influx/query-routes.ts'
import { EmbeddedStoreOfTest } from './embedded-store-of-test.ts'
import { LineBlocks } from './line-blocks.ts'

/** `/query` over an embedded store of this thread, on loopback. */
export class QueryServer implements AsyncDisposable {
  readonly store: EmbeddedStoreOfTest
  readonly url: string
  /** What was logged as unexpected. */
  readonly failures: readonly unknown[]
  readonly #app: Api

  private constructor(
    store: EmbeddedStoreOfTest,
    app: Api,
    { url, failures }: { readonly url: string; readonly failures: readonly unknown[] },
  ) {
    this.store = store
    this.#app = app
    this.url = url
    this.failures = failures
  }

  static async start(nowMs: number): Promise<QueryServer> {
    const store = new EmbeddedStoreOfTest(nowMs)
    const failures: unknown[] = []
    const app = fastify().withTypeProvider<TypeBoxTypeProvider>()
    await addInfluxQueryRoutes(app, {
      store: store.reader,
      nowMs: () => nowMs,
      language: () => 'en',
      log: { error: (told: unknown) => void failures.push(told) },
    })
    const url = await app.listen({ host: '127.0.0.1', port: 0 })
    return new QueryServer(store, app, { url, failures })
  }

  /** Line protocol with times in ms, in pieces. */
  writeLines(pieces: Iterable<string>): void {
    const blocks = new LineBlocks(this.store.table)
    for (const lines of pieces) blocks.add(lines)
    this.store.writeBlocks(blocks.finish())
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
    this.store[Symbol.dispose]()
  }
}
