import * as fc from 'fast-check'
import type { FileLayer } from '../file-layer.ts'
import { openJournal } from '../journal.ts'
import type { Journal } from '../journal.ts'
import type { Position } from '../position.ts'
import { parseSegmentFileName } from '../segment-file-name.ts'
import { faultyFiles } from './faulty-files.ts'
import { MemoryDisk } from './memory-disk.ts'
import { formatNumberedRecord, parseNumberedRecord, readNumbers } from './numbered-records.ts'
import { seededRandom } from './seeded-random.ts'

const DIRECTORY = '/journal'

/** What a sequence may do, one after the other. */
type Action =
  | { readonly kind: 'append'; readonly sizes: readonly number[] }
  | { readonly kind: 'release'; readonly share: number }
  /** The next calls of these operations fail, so many times in all. */
  | { readonly kind: 'fail'; readonly operations: readonly string[]; readonly times: number }
  | {
      readonly kind: 'reopen'
      readonly after: 'close' | 'kill' | 'powerLoss'
      readonly seed: number
    }
  /** The journal is closed, some bytes of one file are damaged, and it is opened again. */
  | { readonly kind: 'damage'; readonly place: number; readonly bytes: number }

const FALLIBLE = ['write', 'sync', 'syncDirectory', 'truncate', 'unlink', 'create']

const actions: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append'),
      sizes: fc.array(fc.integer({ min: 8, max: 300 }), { minLength: 1, maxLength: 8 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('release'),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('fail'),
      operations: fc.subarray(FALLIBLE, { minLength: 1 }),
      times: fc.integer({ min: 1, max: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('reopen'),
      after: fc.constantFrom('close', 'kill', 'powerLoss'),
      seed: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('damage'),
      place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      bytes: fc.integer({ min: 1, max: 600 }),
    }),
  },
)

interface Known {
  readonly number: number
  readonly start: Position
  readonly end: Position
}

/** The reference: a list of what is durable, and the numbers that may be there or not. */
class Model {
  durable: Known[] = []
  readonly uncertain = new Set<number>()
  nextNumber = 1

  /** What is found must be the durable records in order, with nothing between them but uncertain ones. */
  check(found: readonly number[], note: string): void {
    if (!found.every((number) => number < this.nextNumber))
      throw new Error(`${note}: a record that nobody wrote: ${found.join()}`)
    const expected = this.durable.map(({ number }) => number)
    const certain = found.filter((number) => !this.uncertain.has(number))
    if (certain.join() !== expected.join())
      throw new Error(`${note}: found ${certain.join()}, expected ${expected.join()}`)
    if (!found.every((number, at) => at === 0 || number > found[at - 1]!))
      throw new Error(`${note}: out of order or twice: ${found.join()}`)
  }

  giveUp(lost: (record: Known) => boolean): void {
    for (const record of this.durable) if (lost(record)) this.uncertain.add(record.number)
    this.durable = this.durable.filter((record) => !lost(record))
  }
}

/** One journal on one disk in memory, and the model beside it. */
class Workbench {
  readonly model = new Model()
  #disk = new MemoryDisk()
  #failing: { operations: readonly string[]; times: number } | undefined
  #journal: Journal | undefined

  async journal(): Promise<Journal> {
    this.#journal ??= await openJournal({
      directory: DIRECTORY,
      segmentBytes: 1000,
      maxBytes: 2 ** 30,
      maxAgeMs: Infinity,
      whenFull: 'refuse',
      files: this.#files(),
    })
    return this.#journal
  }

  #files(): FileLayer {
    return faultyFiles({
      base: this.#disk.files(),
      decide: ({ operation, isCreation }) => {
        const failing = this.#failing
        const name = isCreation ? 'create' : operation
        if (failing?.operations.includes(name) !== true || failing.times-- <= 0) return undefined
        return { kind: 'error', code: 'EIO' }
      },
    })
  }

  async run(action: Action): Promise<void> {
    switch (action.kind) {
      case 'append':
        await this.#append(action.sizes)
        break
      case 'release':
        await this.#release(action.share)
        break
      case 'fail':
        this.#failing = { operations: action.operations, times: action.times }
        break
      case 'reopen':
        await this.#reopen(action.after, action.seed)
        break
      case 'damage':
        await this.#damage(action.place, action.bytes)
    }
  }

  async #append(sizes: readonly number[]): Promise<void> {
    const journal = await this.journal()
    const results = sizes.map(async (size) => {
      const number = this.model.nextNumber++
      try {
        const span = await journal.append(() => formatNumberedRecord(number, size))
        this.model.durable.push({ number, ...span })
      } catch {
        this.model.uncertain.add(number)
      }
    })
    await Promise.all(results)
  }

  async #release(share: number): Promise<void> {
    const journal = await this.journal()
    const before = this.model.durable[Math.floor(share * this.model.durable.length)]
    if (before === undefined) return
    this.model.giveUp(({ number }) => number < before.number)
    // Deletion may fail; what is released may then still be read.
    await journal.release(before.start).catch(() => undefined)
  }

  async #reopen(after: 'close' | 'kill' | 'powerLoss', seed: number): Promise<void> {
    this.#failing = undefined
    if (after === 'close') await this.#journal?.[Symbol.asyncDispose]()
    if (after === 'kill') this.#disk = this.#disk.afterKill()
    if (after === 'powerLoss') this.#disk = this.#disk.afterPowerLoss(seededRandom(seed))
    this.#journal = undefined
    await this.#adopt(await this.journal())
  }

  /** What was not acknowledged and is there after a start counts as durable from then on. */
  async #adopt(journal: Journal): Promise<void> {
    const isDurable = new Set(this.model.durable.map(({ number }) => number))
    const adopted: Known[] = []
    for await (const { payload, start, end } of journal.read('oldest')) {
      const number = parseNumberedRecord(payload)
      if (!isDurable.has(number)) adopted.push({ number, start, end })
      this.model.uncertain.delete(number)
    }
    this.model.durable = [...this.model.durable, ...adopted].sort((a, b) => a.number - b.number)
  }

  async #damage(place: number, bytes: number): Promise<void> {
    await this.#journal?.[Symbol.asyncDispose]()
    this.#journal = undefined
    this.#failing = undefined
    const paths = this.#disk.paths().filter((path) => path.endsWith('.seg'))
    const path = paths[Math.floor(place * paths.length)]
    if (path !== undefined) {
      const start = Math.floor(((place * paths.length) % 1) * 1000)
      this.#disk.damage(path, start, bytes)
      const segment = parseSegmentFileName(path.slice(path.lastIndexOf('/') + 1))!.segment
      this.model.giveUp(
        (record) =>
          record.start.segment === segment &&
          record.start.offset < start + bytes &&
          record.end.offset > start,
      )
    }
    await this.#adopt(await this.journal())
  }
}

/**
 * Random sequences of appends, releases, failures, crashes, restarts and damage, compared after each step with a list in memory. Prints seed and shortest counterexample when it throws.
 */
export async function runModelTrials(options: {
  readonly trials: number
  readonly seed: number
}): Promise<void> {
  const sequences = fc.array(actions, { minLength: 1, maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const workbench = new Workbench()
      for (const [step, action] of sequence.entries()) {
        await workbench.run(action)
        const journal = await workbench.journal()
        workbench.model.check(await readNumbers(journal.read('oldest')), `step ${step}`)
      }
    }),
    { numRuns: options.trials, seed: options.seed },
  )
}
