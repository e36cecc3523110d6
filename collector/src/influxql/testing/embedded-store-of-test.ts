import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeriesTable } from '@wardround/protocol'
import type { SampleBlock } from '@wardround/protocol'
import { EmbeddedStore } from '../../store/embedded/embedded-store.ts'
import type { Store } from '../../store/store.ts'
import { LONG_RETENTION } from '../../store/testing/long-retention.ts'
import type { Sample } from '../../store/testing/sample-journal.ts'
import { embeddedReader } from './embedded-reader.ts'

/** An embedded store of this thread, in a directory of its own. */
export class EmbeddedStoreOfTest implements Disposable {
  readonly table = new SeriesTable()
  readonly reader: Pick<Store, 'answer' | 'series'>
  readonly #directory = mkdtempSync(join(tmpdir(), 'wardround-influxql-'))
  readonly #store: EmbeddedStore

  constructor(nowMs: number) {
    this.#store = new EmbeddedStore({
      directory: this.#directory,
      series: this.table,
      retention: LONG_RETENTION,
      nowMs: () => nowMs,
    })
    this.reader = embeddedReader(this.#store)
  }

  write(samples: readonly Sample[]): void {
    this.writeBlocks(
      samples.map(({ series, timeMs, value }) => ({
        subject: series.subject,
        timeMs,
        series: Uint32Array.of(this.table.intern(series)),
        values: Float64Array.of(value),
      })),
    )
  }

  writeBlocks(blocks: readonly SampleBlock[]): void {
    for (const [at, block] of blocks.entries()) {
      this.#store.write(block, { segment: 1, offset: at }, block.timeMs)
    }
    this.#store.mergeAll()
  }

  [Symbol.dispose](): void {
    this.#store.close()
    rmSync(this.#directory, { recursive: true })
  }
}
