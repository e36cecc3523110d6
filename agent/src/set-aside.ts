import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Batch, BatchId, SeriesTable } from '@wardround/protocol'
import { MAX_SET_ASIDE_BYTES, MAX_SET_ASIDE_FILES } from './limits.ts'

/** A batch that the collector refused for good, as it is kept for whoever looks into it. */
export interface SetAsideBatch {
  readonly id: BatchId
  /** Code and words of the refusal. */
  readonly code: string
  readonly reason: string
  readonly atMs: number
  readonly batch: Batch
}

/**
 * Keeps refused batches as JSON files, one each, named so that they sort by time; the oldest go first when there are too many. Best effort: the
 * batch is counted as dropped anyway, and a full disk must not stop what is good.
 */
export class SetAside {
  readonly #directory: string
  readonly #table: SeriesTable
  #last: Promise<void> = Promise.resolve()

  constructor(directory: string, table: SeriesTable) {
    this.#directory = directory
    this.#table = table
  }

  /** Resolves when the file is there, or can't be. */
  keep(item: SetAsideBatch): Promise<void> {
    this.#last = this.#last.then(() => this.#write(item)).catch(() => undefined) // see above: best effort
    return this.#last
  }

  async #write(item: SetAsideBatch): Promise<void> {
    await mkdir(this.#directory, { recursive: true, mode: 0o750 })
    const time = new Date(item.atMs).toISOString().replaceAll(/[-:]/g, '')
    const file = join(this.#directory, `${time}-${item.id.epoch}-${item.id.sequence}.json`)
    await writeFile(`${file}.tmp`, `${JSON.stringify(this.#describe(item), undefined, 1)}\n`, {
      mode: 0o640,
    })
    await rename(`${file}.tmp`, file)
    await this.#bound()
  }

  #describe({ id, code, reason, atMs, batch }: SetAsideBatch): unknown {
    return {
      id,
      code,
      reason,
      at: new Date(atMs).toISOString(),
      samples: batch.blocks.flatMap(({ timeMs, series, values }) =>
        [...series].map((number, i) => ({
          timeMs,
          ...this.#table.definitionOf(number),
          value: values[i],
        })),
      ),
      events: batch.events,
      documents: batch.documents,
    }
  }

  /** Deletes the oldest files beyond the bound. */
  async #bound(): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) => name.endsWith('.json'))
    let bytes = 0
    for (const [index, name] of names.toSorted().toReversed().entries()) {
      const file = join(this.#directory, name)
      bytes += (await stat(file)).size
      if (index >= MAX_SET_ASIDE_FILES || bytes > MAX_SET_ASIDE_BYTES) await rm(file)
    }
  }
}
