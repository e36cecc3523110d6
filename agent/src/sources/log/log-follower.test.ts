import { readFile, rename, truncate } from 'node:fs/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { LogDirectory } from '../../testing/log-directory.ts'
import { datedFamily, plainFamily, type LogFamily } from './log-family.ts'
import { MAX_LINE_BYTES } from './log-file.ts'
import { LogFollower, type SavedFollower } from './log-follower.ts'
import type { LogEncoding } from './log-text.ts'
import { eachLine, type Continues } from './record-grouper.ts'

const PLENTY = 1_000_000_000

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Memory that is still in use when all that is not has been taken back. */
function heldBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** A log followed line by line; what it gave, by the keys of the records. */
class Reader implements AsyncDisposable {
  readonly texts: string[] = []
  readonly byKey = new Map<string, string>()
  readonly #family: LogFamily
  readonly #with: { encoding: LogEncoding; continues: Continues }
  follower: LogFollower

  constructor(
    family: LogFamily,
    {
      encoding = 'utf-8',
      continues = eachLine,
      saved,
    }: { encoding?: LogEncoding; continues?: Continues; saved?: SavedFollower } = {},
  ) {
    this.#family = family
    this.#with = { encoding, continues }
    this.follower = new LogFollower({ family, ...this.#with }, saved)
  }

  /** Twice, as the last record is given when nothing follows it. */
  async read(maxBytes = PLENTY): Promise<string[]> {
    await this.readOnce(maxBytes)
    await this.readOnce(maxBytes)
    return this.texts.splice(0)
  }

  async readOnce(maxBytes = PLENTY): Promise<void> {
    const { signal } = new AbortController()
    await this.follower.read(
      (record) => {
        const text = record.lines.join('\n')
        this.texts.push(text)
        this.byKey.set(record.key(), text)
        this.follower.count('lines')
      },
      { maxBytes, signal },
    )
  }

  /** As after kill -9: goes on from what was saved. */
  async crash(saved: SavedFollower | undefined): Promise<void> {
    await this.follower.close()
    this.follower = new LogFollower({ family: this.#family, ...this.#with }, saved)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.follower.close()
  }
}

async function setUp(text = 'old\n', options: ConstructorParameters<typeof Reader>[1] = {}) {
  const logs = await LogDirectory.open()
  await logs.create('app.log', text)
  const reader = new Reader(plainFamily(logs.path('app.log')), options)
  await reader.read()
  return {
    logs,
    reader,
    [Symbol.asyncDispose]: async () => {
      await reader[Symbol.asyncDispose]()
      await logs[Symbol.asyncDispose]()
    },
  }
}

describe('LogFollower', () => {
  test('starts at the end of what it finds, also within a line', async () => {
    await using at = await setUp('one\ntwo\nthr')
    expect(await at.reader.read()).toEqual([])
    await at.logs.append('app.log', 'ee\nfour\n')
    expect(await at.reader.read()).toEqual(['four'])
  })

  test('reads a file that appears later from its first line', async () => {
    await using logs = await LogDirectory.open()
    await using reader = new Reader(plainFamily(logs.path('app.log')))
    expect(await reader.read()).toEqual([])
    expect(reader.follower.isThere).toBe(false)
    await logs.create('app.log', 'first\n')
    expect(await reader.read()).toEqual(['first'])
  })

  test('lets a half line wait, and takes both line ends', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\r\nb\nha')
    expect(await at.reader.read()).toEqual(['a', 'b'])
    expect(at.reader.follower.lagBytes).toBe(2)
    await at.logs.append('app.log', 'lf\r\n\r\n')
    expect(await at.reader.read()).toEqual(['half', ''])
    expect(at.reader.follower.lagBytes).toBe(0)
  })

  test('reads what was renamed to its end before the next file, late lines included', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'c\n')
    await at.logs.append('app.log.1', 'b\n')
    await at.reader.readOnce()
    await at.logs.append('app.log.1', 'late\nhalf')
    await at.reader.readOnce()
    await at.reader.readOnce()
    await at.reader.readOnce()
    expect(at.reader.texts).toEqual(['a', 'b', 'c', 'late', 'half'])
  })

  test('looks once more at what was renamed while it was silent', async () => {
    await using at = await setUp()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log')
    await at.reader.readOnce()
    await at.logs.append('app.log.1', 'late\n')
    expect(await at.reader.read()).toEqual(['late'])
  })

  test('misses no file when the log was rotated several times between two runs', async () => {
    await using at = await setUp()
    for (let n = 1; n <= 12; n++) {
      await at.logs.append('app.log', `${n}\n`)
      await at.logs.rotate('app.log')
      await at.logs.create('app.log')
    }
    await at.logs.append('app.log', 'end\n')
    const lines = Array.from({ length: 12 }, (_, n) => String(n + 1))
    expect(await at.reader.read()).toEqual([...lines, 'end'])
  })

  test('does not read a file again because a later one is older than its last line', async () => {
    await using at = await setUp()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log')
    await at.logs.append('app.log.1', 'late\n')
    expect(await at.reader.read()).toEqual(['late'])
    await at.reader.read()
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'new\n')
    expect(await at.reader.read()).toEqual(['new'])
  })

  test('finds in the copy what was not read before the file was emptied', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\nb\n')
    await at.logs.copyAndTruncate('app.log')
    await at.logs.append('app.log', 'c\n')
    expect(await at.reader.read()).toEqual(['a', 'b', 'c'])
  })

  test('sees that a file was emptied though it is longer than before', async () => {
    await using at = await setUp()
    await at.logs.truncate('app.log')
    await at.logs.append('app.log', 'something longer than before\n')
    expect(await at.reader.read()).toEqual(['something longer than before'])
  })

  test('goes on where a writer that does not append left a hole', async () => {
    await using at = await setUp('x'.repeat(99) + '\n')
    await at.logs.create('app.log', Buffer.concat([Buffer.alloc(100), Buffer.from('after\n')]))
    expect(await at.reader.read()).toEqual(['after'])
    await at.logs.truncate('app.log')
    await at.reader.read()
    await at.logs.create('app.log', Buffer.concat([Buffer.alloc(300_000), Buffer.from('again\n')]))
    expect(await at.reader.read()).toEqual(['again'])
  })

  test('is not deceived by an inode that is used again', async () => {
    await using at = await setUp('old log\n')
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.create('app.log', 'another file of the same inode\n')
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['another file of the same inode'])
    expect(at.reader.follower.totals.lostFiles).toBe(1)
  })

  test('finds after a restart what was renamed meanwhile, and what came after it', async () => {
    await using at = await setUp()
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'b\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'c\n')
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['a', 'b', 'c'])
  })

  test('does not start anew in another file because the path was changed', async () => {
    await using at = await setUp()
    const saved = await at.reader.follower.save()
    await at.logs.create('other.log', 'long history\n')
    await using reader = new Reader(plainFamily(at.logs.path('other.log')), { saved })
    expect(await reader.read()).toEqual([])
  })

  test('gives the beginning of a line that is too long, and counts it', async () => {
    await using at = await setUp()
    const long = 'x'.repeat(1_000_000)
    await at.logs.append('app.log', `${long}\nnext\n${long}`)
    expect(await at.reader.read()).toEqual([
      'x'.repeat(MAX_LINE_BYTES),
      'next',
      'x'.repeat(MAX_LINE_BYTES),
    ])
    await at.logs.append('app.log', 'rest of it\nlast\n')
    expect(await at.reader.read()).toEqual(['last'])
    expect(at.reader.follower.totals).toMatchObject({ lines: 4, cutLines: 2 })
  })

  test('does not hold a line of 100 MB in memory', { timeout: 60_000 }, async () => {
    await using at = await setUp()
    const part = Buffer.alloc(10_000_000, 'x')
    for (let n = 0; n < 10; n++) await at.logs.append('app.log', part)
    const before = heldBytes()
    await at.reader.readOnce()
    expect(at.reader.follower.totals.bytes).toBeGreaterThanOrEqual(100_000_000)
    expect(heldBytes() - before).toBeLessThan(20_000_000)
    await at.logs.append('app.log', '\nend\n')
    const [long, end] = await at.reader.read()
    expect([long?.length, end]).toEqual([MAX_LINE_BYTES, 'end'])
  })

  test('reads no more in one run than it may, and says what is left', async () => {
    await using at = await setUp('')
    await at.logs.append('app.log', 'x'.repeat(99).concat('\n').repeat(20_000))
    await at.reader.readOnce(1_000_000)
    const { lagBytes, totals } = at.reader.follower
    expect(totals.bytes).toBeGreaterThanOrEqual(1_000_000)
    expect(totals.bytes).toBeLessThan(1_500_000)
    expect(lagBytes).toBe(2_000_000 - totals.bytes)
    const first = at.reader.texts.length
    expect(await at.reader.read()).toHaveLength(20_000)
    expect(first).toBeLessThan(15_000)
  })

  test('reads nothing once its run is over', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\n')
    await at.reader.follower.read(() => expect.fail('was read'), {
      maxBytes: PLENTY,
      signal: AbortSignal.abort(),
    })
    expect(await at.reader.read()).toEqual(['a'])
  })

  test('lets a file go that was removed and is silent, and reads the next one from its start', async () => {
    await using at = await setUp()
    await at.logs.remove('app.log')
    for (let run = 0; run < 8; run++) await at.reader.readOnce()
    expect(at.reader.follower.isThere).toBe(false)
    await at.logs.create('app.log', 'new\n')
    expect(await at.reader.read()).toEqual(['new'])
  })

  test('takes no directory or pipe for a log', async () => {
    await using logs = await LogDirectory.open()
    await using reader = new Reader(plainFamily(logs.root))
    expect(await reader.read()).toEqual([])
    expect(reader.follower.isThere).toBe(false)
  })

  test('keeps a record together over runs, and gives it again after a crash within it', async () => {
    await using at = await setUp('old\n', { continues: (line) => line.startsWith(' ') })
    await at.logs.append('app.log', 'head\n one\n')
    await at.reader.readOnce()
    const saved = await at.reader.follower.save()
    await at.logs.append('app.log', ' two\nnext\n')
    await at.reader.readOnce()
    expect(at.reader.texts.splice(0)).toEqual(['head\n one\n two'])
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['head\n one\n two', 'next'])
    expect(at.reader.byKey.size).toBe(2)
  })

  test.each<{ encoding: LogEncoding; bytes: Buffer; text: string }>([
    { encoding: 'utf-8', bytes: Buffer.from('严重\n'), text: '严重' },
    { encoding: 'utf-8', bytes: Buffer.from([0x61, 0xff, 0x0a]), text: 'a\ufffd' },
    { encoding: 'gbk', bytes: Buffer.from([0xd1, 0xcf, 0xd6, 0xd8, 0x0a]), text: '严重' },
    { encoding: 'gb18030', bytes: Buffer.from([0x81, 0x30, 0x81, 0x30, 0x0a]), text: '\u0080' },
    { encoding: 'auto', bytes: Buffer.from('严重\n'), text: '严重' },
    { encoding: 'auto', bytes: Buffer.from([0xd1, 0xcf, 0xd6, 0xd8, 0x0a]), text: '严重' },
    { encoding: 'auto', bytes: Buffer.from([0xff, 0xff, 0x0a]), text: '\ufffd\ufffd' },
  ])('reads $text as $encoding', async ({ encoding, bytes, text }) => {
    await using at = await setUp('old\n', { encoding })
    await at.logs.append('app.log', bytes)
    expect(await at.reader.read()).toEqual([text])
  })

  test.each(['', 'a', 'ab'])(
    'cuts a long UTF-8 line after “%s” without taking it for GBK',
    async (begin) => {
      await using at = await setUp('old\n', { encoding: 'auto' })
      await at.logs.append('app.log', `${begin}${'严'.repeat(50_000)}\n`)
      const whole = Math.floor((MAX_LINE_BYTES - begin.length) / 3)
      expect(await at.reader.read()).toEqual([`${begin}${'严'.repeat(whole)}`])
    },
  )
})

describe('a log whose old files are gzipped', () => {
  test('is read to its end in the gzipped file, where it was rotated while nobody looked', async () => {
    await using at = await setUp()
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.create('app.log', 'b\n')
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.create('app.log', 'c\n')
    await at.reader.crash(saved)
    expect(await at.reader.read()).toEqual(['a', 'b', 'c'])
    expect(at.reader.follower.totals.lostFiles).toBe(0)
    expect(at.reader.follower.lagBytes).toBe(0)
  })

  test('is not read twice because a file that was read is gzipped', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\n')
    await at.logs.rotate('app.log')
    await at.logs.create('app.log', 'b\n')
    expect(await at.reader.read()).toEqual(['a', 'b'])
    await at.logs.gzip('app.log.1')
    await at.reader.read()
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.create('app.log', 'c\n')
    expect(await at.reader.read()).toEqual(['c'])
  })

  test('gives from the gzipped copy what was not read before the file was emptied', async () => {
    await using at = await setUp()
    await at.logs.append('app.log', 'a\n')
    await at.logs.copyAndTruncate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.append('app.log', 'b\n')
    expect(await at.reader.read()).toEqual(['a', 'b'])
  })

  test('goes on within the gzipped file after a restart', async () => {
    await using at = await setUp('')
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    const lines = Array.from({ length: 30_000 }, (_, n) => `line ${n} ${'.'.repeat(50)}`)
    await at.logs.create('app.log', `${lines.join('\n')}\n`)
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.create('app.log', 'end\n')
    await at.reader.crash(saved)
    await at.reader.readOnce(500_000)
    const begun = at.reader.texts.splice(0)
    expect(begun.length).toBeLessThan(lines.length)
    await at.reader.crash(await at.reader.follower.save())
    expect([...begun, ...(await at.reader.read())]).toEqual([...lines, 'end'])
  })

  test('gives what a damaged file still has, and goes on', async () => {
    await using at = await setUp()
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    const lines = Array.from({ length: 20_000 }, (_, n) => `line ${n} ${(n * 7919) % 100_003}`)
    await at.logs.append('app.log', `${lines.join('\n')}\n`)
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    const packed = await readFile(at.logs.path('app.log.1.gz'))
    await at.logs.create('app.log.1.gz', packed.subarray(0, packed.length - 20_000))
    await at.logs.create('app.log', 'end\n')
    await at.reader.crash(saved)
    const read = await at.reader.read()
    read.push(...(await at.reader.read()))
    const whole = read.filter((line) => lines.includes(line))
    expect(whole.length).toBeGreaterThan(1_000)
    expect(whole).toEqual(lines.slice(0, whole.length))
    expect(read).toContain('end')
  })

  test('is unpacked in bounded memory', { timeout: 60_000 }, async () => {
    await using at = await setUp()
    const saved = await at.reader.follower.save()
    await at.reader.follower.close()
    await at.logs.append('app.log', `${'x'.repeat(99)}\n`.repeat(1_000_000))
    await at.logs.rotate('app.log')
    await at.logs.gzip('app.log.1')
    await at.logs.create('app.log')
    await at.reader.crash(saved)
    const before = heldBytes()
    let lines = 0
    const { signal } = new AbortController()
    await at.reader.follower.read(() => lines++, { maxBytes: PLENTY, signal })
    expect(lines).toBe(1_000_000)
    expect(heldBytes() - before).toBeLessThan(20_000_000)
  })
})

test('of a file of 10 GB that is there at the start nothing is read', async () => {
  await using logs = await LogDirectory.open()
  await logs.create('app.log', 'old\n')
  await truncate(logs.path('app.log'), 10_000_000_000)
  await logs.append('app.log', 'end of it\n')
  await using reader = new Reader(plainFamily(logs.path('app.log')))
  expect(await reader.read()).toEqual([])
  await logs.append('app.log', 'new\n')
  expect(await reader.read()).toEqual(['new'])
  expect(reader.follower.totals.bytes).toBe(4)
})

describe('a log with a file for each day', () => {
  test('goes on in the next day’s file, and over days that it missed', async () => {
    await using logs = await LogDirectory.open()
    await logs.create('app.2026-11-20.log', 'old\n')
    await logs.create('app.2026-11-21.log', 'old\n')
    await logs.create('app.other.log', 'other\n')
    await using reader = new Reader(datedFamily(logs.root, 'app.', '.log'))
    expect(await reader.read()).toEqual([])
    await logs.append('app.2026-11-21.log', 'a\n')
    await logs.create('app.2026-11-22.log', 'b\n')
    expect(await reader.read()).toEqual(['a', 'b'])
    const saved = await reader.follower.save()
    await logs.append('app.2026-11-22.log', 'c\n')
    await logs.create('app.2026-11-23.log', 'd\n')
    await logs.create('app.2026-11-24.log', 'e\n')
    await logs.append('app.2026-11-20.log', 'edited\n')
    await reader.crash(saved)
    expect(await reader.read()).toEqual(['c', 'd', 'e'])
    expect(reader.follower.label).toBe(logs.path('app.*.log'))
  })
})

/** A program that writes a log, its rotation, and an agent that is killed, step by step. */
class Course {
  readonly written: string[] = []
  readonly #logs: LogDirectory
  readonly #reader: Reader
  #saved: SavedFollower | undefined
  #half = ''
  /** Nothing was read since the file was emptied or begun, so nothing would tell that it was emptied again. */
  #isFresh = false
  #isEmpty = false
  /** What happens while the follower looks, the next time that it asks for what it is given. */
  #meanwhile: Partial<Record<Moment, () => Promise<void>>> = {}

  constructor(logs: LogDirectory, reader: Reader) {
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
        await using reader = new Reader({
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

test('follows a log through a thousand rotations', { timeout: 120_000 }, async () => {
  await using at = await setUp()
  const { logs, reader } = at
  const read: string[] = []
  for (let n = 0; n < 1000; n++) {
    await logs.append('app.log', `${n}\n`)
    if (n % 3 === 0) await reader.readOnce()
    await rename(logs.path('app.log'), logs.path('app.log.1'))
    await logs.create('app.log')
    await reader.readOnce()
    read.push(...reader.texts.splice(0))
  }
  read.push(...(await reader.read()))
  expect(read).toEqual(Array.from({ length: 1000 }, (_, n) => String(n)))
})
