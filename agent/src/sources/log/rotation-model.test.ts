import fc from 'fast-check'
import { expect, test } from 'vitest'

import { LogReader } from '../../testing/followed-log.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { plainFamily } from './log-family.ts'
import type { SavedFollower } from './log-follower.ts'

/** A program that writes a log, its rotation, and an agent that is killed, step by step. */
class Course {
  readonly written: string[] = []
  readonly #logs: LogDirectory
  readonly #reader: LogReader
  #saved: SavedFollower | undefined
  #half = ''
  /** Nothing was read since the file was emptied or begun, so nothing would tell that it was emptied again. */
  #isFresh = false
  #isEmpty = false
  /** What happens while the follower looks, the next time that it asks for what it is given. */
  #meanwhile: Partial<Record<Moment, () => Promise<void>>> = {}

  constructor(logs: LogDirectory, reader: LogReader) {
    this.#logs = logs
    this.#reader = reader
  }

  async write(): Promise<void> {
    const line = `${this.#half}line ${this.written.length} ${'.'.repeat(this.written.length % 90)}`
    await this.#logs.append('app.log', `${line.slice(this.#half.length)}\r\n`)
    this.written.push(line)
    this.#half = ''
    this.#isEmpty = false
  }

  async writeHalf(): Promise<void> {
    const part = `+${this.written.length}`
    await this.#logs.append('app.log', part)
    this.#half += part
    this.#isEmpty = false
  }

  async read(): Promise<void> {
    await this.#reader.readOnce()
    if (!this.#isEmpty && this.#half === '') this.#isFresh = false
  }

  /** A run in the middle of which something happens: of what came since nobody knows whether it was read. */
  async readWhile(moment: Moment, change: Change): Promise<void> {
    this.#meanwhile = { [moment]: () => this[change]() }
    await this.#reader.readOnce()
    this.#meanwhile = {}
  }

  async isAt(moment: Moment): Promise<void> {
    const change = this.#meanwhile[moment]
    delete this.#meanwhile[moment]
    await change?.()
  }

  readLittle(): Promise<void> {
    return this.#reader.readOnce(10)
  }

  async save(): Promise<void> {
    this.#saved = await this.#reader.follower.save()
  }

  crash(): Promise<void> {
    return this.#reader.crash(this.#saved)
  }

  async rename(): Promise<void> {
    await this.#logs.rotate('app.log')
    await this.#logs.create('app.log')
    this.#begin()
  }

  async copyAndTruncate(): Promise<void> {
    if (this.#isFresh && !this.#isEmpty) return
    await this.#logs.copyAndTruncate('app.log')
    this.#begin()
  }

  async gzip(): Promise<void> {
    await this.#logs.gzipRotated('app.log')
  }

  #begin(): void {
    if (this.#half !== '') this.written.push(this.#half)
    this.#half = ''
    this.#isFresh = true
    this.#isEmpty = true
  }
}

const STEPS = {
  write: 6,
  writeHalf: 2,
  read: 5,
  readLittle: 2,
  save: 2,
  crash: 2,
  rename: 2,
  copyAndTruncate: 2,
  gzip: 2,
} satisfies Partial<Record<keyof Course, number>>

const CHANGES = ['write', 'writeHalf', 'rename', 'copyAndTruncate', 'gzip'] as const
type Change = (typeof CHANGES)[number]

const MOMENTS = ['before current', 'after current', 'before list', 'after list'] as const
type Moment = (typeof MOMENTS)[number]

type Step = readonly [keyof typeof STEPS] | readonly ['readWhile', Moment, Change]

const step: fc.Arbitrary<Step> = fc.oneof(
  ...Object.entries(STEPS).map(([name, weight]) => ({
    weight,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of the object above
    arbitrary: fc.constant([name as keyof typeof STEPS] as const),
  })),
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constant('readWhile' as const),
      fc.constantFrom(...MOMENTS),
      fc.constantFrom(...CHANGES),
    ),
  },
)

function take(course: Course, one: Step): Promise<void> {
  return one[0] === 'readWhile' ? course.readWhile(one[1], one[2]) : course[one[0]]()
}

test(
  'gives each line exactly once, whatever the rotation, in whatever moment, and however often the agent is killed',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        await using logs = await LogDirectory.open()
        await logs.create('app.log', 'begin\n')
        let course: Course | undefined
        const family = plainFamily(logs.path('app.log'))
        await using reader = new LogReader({
          ...family,
          async current() {
            await course?.isAt('before current')
            const file = await family.current()
            await course?.isAt('after current')
            return file
          },
          async list() {
            await course?.isAt('before list')
            const files = await family.list()
            await course?.isAt('after list')
            return files
          },
        })
        await reader.read()
        course = new Course(logs, reader)
        await course.save()
        for (const one of steps) await take(course, one)
        for (let run = 0; run < 6; run++) await course.read()
        expect([...reader.byKey.values()].sort()).toEqual(course.written.toSorted())
        expect(reader.follower.counts.get('lines') ?? 0).toBe(course.written.length)
      }),
      { numRuns: 150 },
    )
  },
)
