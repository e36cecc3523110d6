import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemFiles, type FileLayer } from '@wardround/journal'
import { SeriesTable, type BatchId } from '@wardround/protocol'
import { SAMPLE_BYTES, type ClosedBatch } from '../batch.ts'
import { Ledger } from '../ledger.ts'
import { Outbox } from '../outbox.ts'
import { ManualTime } from './manual-time.ts'
import { openRecordedLog, type LogLine } from './recorded-log.ts'

const FOREVER_MS = 7 * 86_400_000

export interface OpenedOutbox {
  readonly outbox: Outbox
  readonly ledger: Ledger
  readonly lines: LogLine[]
  readonly time: ManualTime
  /** A batch of so many samples whose values count up over all batches of this kit. */
  readonly samples: (count: number) => ClosedBatch
  readonly text: (name: string, bytes?: number) => ClosedBatch
}

export interface OutboxSettings {
  readonly maxBytes?: number
  readonly maxAgeMs?: number
  readonly maxMemoryBytes?: number
  readonly bootId?: string
  readonly files?: FileLayer
  readonly reserve?: { fraction: number; bytes: number }
  readonly time?: ManualTime
}

/** The files of one process: when it is killed, what it has begun ends and nothing more happens. */
class MortalFiles {
  #isDead = false
  readonly #begun = new Set<Promise<unknown>>()
  readonly files: FileLayer

  constructor(base: FileLayer) {
    this.files = {
      ...base,
      makeDirectory: (path) => this.#call(() => base.makeDirectory(path)),
      open: (path, how) => this.#call(() => base.open(path, how)),
      write: (file, bytes, position) => this.#call(() => base.write(file, bytes, position)),
      sync: (file) => this.#call(() => base.sync(file)),
      truncate: (file, bytes) => this.#call(() => base.truncate(file, bytes)),
      unlink: (path) => this.#call(() => base.unlink(path)),
    }
  }

  #call<R>(call: () => Promise<R>): Promise<R> {
    if (this.#isDead) return Promise.reject(Object.assign(new Error('killed'), { code: 'EIO' }))
    const result = call()
    const begun = result.catch(() => undefined).finally(() => this.#begun.delete(begun))
    this.#begun.add(begun)
    return result
  }

  async kill(): Promise<void> {
    this.#isDead = true
    await Promise.all(this.#begun)
  }
}

/** A directory in which outboxes are opened one after the other, as processes would; removed at the end. */
export class OutboxKit implements AsyncDisposable {
  readonly directory: string
  #processes = 0
  #value = 0
  readonly #open: Outbox[] = []
  #running: MortalFiles | undefined

  private constructor(directory: string) {
    this.directory = directory
  }

  static async create(): Promise<OutboxKit> {
    return new OutboxKit(await mkdtemp(join(tmpdir(), 'wardround-outbox-')))
  }

  /** The outbox of the next process; the one before is killed. */
  async open(settings: OutboxSettings = {}): Promise<OpenedOutbox> {
    await this.#running?.kill()
    this.#running = new MortalFiles(settings.files ?? systemFiles)
    const { files } = this.#running
    const epoch = (++this.#processes).toString(16).padStart(16, '0')
    const time = settings.time ?? new ManualTime()
    const table = new SeriesTable()
    const ledger = new Ledger()
    const { log, lines } = openRecordedLog()
    const outbox = await Outbox.open({
      directory: this.directory,
      epoch,
      bootId: settings.bootId ?? 'boot',
      table,
      ledger,
      clocks: time,
      timers: time,
      log,
      spillAfterMs: 1_000,
      maxBytes: settings.maxBytes ?? 64 * 1_048_576,
      maxAgeMs: settings.maxAgeMs ?? FOREVER_MS,
      reserve: settings.reserve ?? { fraction: 0, bytes: 0 },
      ...(settings.maxMemoryBytes === undefined ? {} : { maxMemoryBytes: settings.maxMemoryBytes }),
      files,
    })
    this.#open.push(outbox)
    const newest = () => ({ newestSinceBootMs: time.sinceBootMs() })
    return {
      outbox,
      ledger,
      lines,
      time,
      samples: (count) => ({ ...this.#sampleBatch(table, time, count), ...newest() }),
      text: (name, bytes = 10) => ({ ...textBatch(time, name, bytes), ...newest() }),
    }
  }

  #sampleBatch(
    table: SeriesTable,
    time: ManualTime,
    count: number,
  ): Omit<ClosedBatch, 'newestSinceBootMs'> {
    const subject = table.internSubject('')
    const series = Uint32Array.from({ length: count }, (_, index) => {
      const tags = [['i', `${index}`]] as const
      return table.internPair(
        subject,
        table.internShape({ measurement: 'm', tags, field: 'f', kind: 'gauge' }),
      )
    })
    const values = Float64Array.from({ length: count }, () => ++this.#value)
    const block = { subject: '', timeMs: time.nowMs(), series, values }
    return {
      kind: 'samples',
      batch: { blocks: [block], events: [], documents: [] },
      samples: count,
      bytes: count * SAMPLE_BYTES,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const outbox of this.#open) await outbox[Symbol.asyncDispose]()
    await rm(this.directory, { recursive: true, force: true })
  }
}

function textBatch(
  time: ManualTime,
  name: string,
  bytes: number,
): Omit<ClosedBatch, 'newestSinceBootMs'> {
  const body = 'x'.repeat(bytes)
  const document = { subject: '', timeMs: time.nowMs(), name, keep: 'history' as const, body }
  return {
    kind: 'texts',
    batch: { blocks: [], events: [], documents: [document] },
    samples: 0,
    bytes,
  }
}

const DEADLINE_MS = 90_000

/** Takes and settles whatever the outbox has to send, the live batches first, until nothing is left in it. */
export async function takeAll(
  outbox: Outbox,
): Promise<{ id: BatchId; values: number[]; names: string[] }[]> {
  const taken: { id: BatchId; values: number[]; names: string[] }[] = []
  const deadlineMs = performance.now() + DEADLINE_MS
  while (outbox.batches > 0 && performance.now() < deadlineMs) {
    const item = outbox.takeLive() ?? outbox.takeBacklog()
    if (item === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 1)) // it reads its backlog
      continue
    }
    const values = item.batch.blocks.flatMap((block) => [...block.values])
    taken.push({ id: item.id, values, names: item.batch.documents.map(({ name }) => name) })
    outbox.settle(item)
  }
  return taken
}

/** collected + recovered = stored + queued + dropped. */
export function isBalanced(ledger: Ledger): boolean {
  const { collected, recovered, stored, queued, dropped } = ledger.entry
  return collected + recovered === stored + queued + dropped && queued >= 0
}
