import { appendFileSync, copyFileSync, truncateSync } from 'node:fs'
import { link, rename, stat, utimes, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

import { LogReader } from '../../testing/followed-log.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { plainFamily, type LogCandidate, type LogFamily } from './log-family.ts'
import { LogFollower, type SavedFollower } from './log-follower.ts'
import type { ReadRecord } from './log-records.ts'
import { eachLine } from './record-grouper.ts'

/** A log of which something is changed in the very moment in which its follower looks at it. */
class MovingLog implements AsyncDisposable {
  readonly logs: LogDirectory
  /** Before the follower asks which file is written now; once. */
  beforeCurrent: (() => Promise<void>) | undefined
  /** After the follower got the list of files; once. */
  afterList: (() => Promise<void>) | undefined
  /** How often the list does not stand still. */
  unsettled = 0
  readonly texts: string[] = []
  #follower: LogFollower

  private constructor(logs: LogDirectory) {
    this.logs = logs
    this.#follower = this.#follow()
  }

  static async open(text = 'old\n'): Promise<MovingLog> {
    const logs = await LogDirectory.open()
    await logs.create('app.log', text)
    const log = new MovingLog(logs)
    await log.read()
    return log
  }

  get lostFiles(): number {
    return this.#follower.totals.lostFiles
  }

  /** Several runs, so that what waits for a later one comes, too. */
  async read(onRecord: (record: ReadRecord) => void = () => undefined): Promise<string[]> {
    for (let run = 0; run < 5; run++) await this.readOnce(onRecord)
    return this.texts.splice(0)
  }

  async readOnce(onRecord: (record: ReadRecord) => void = () => undefined): Promise<void> {
    const take = (record: ReadRecord) => {
      this.texts.push(...record.lines)
      onRecord(record)
    }
    const { signal } = new AbortController()
    await this.#follower.read(take, { maxBytes: 1_000_000, signal })
  }

  save(): Promise<SavedFollower> {
    return this.#follower.save()
  }

  async crash(saved: SavedFollower): Promise<void> {
    await this.#follower.close()
    this.#follower = this.#follow(saved)
  }

  async rotate(text = ''): Promise<void> {
    await this.logs.rotate('app.log')
    await this.logs.create('app.log', text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#follower.close()
    await this.logs[Symbol.asyncDispose]()
  }

  #follow(saved?: SavedFollower): LogFollower {
    const options = { family: this.#family(), encoding: 'utf-8', continues: eachLine } as const
    return new LogFollower(options, saved)
  }

  #family(): LogFamily {
    const family = plainFamily(this.logs.path('app.log'))
    const current = async (): Promise<LogCandidate | undefined> => {
      const change = this.beforeCurrent
      this.beforeCurrent = undefined
      await change?.()
      return family.current()
    }
    const list = async (): Promise<LogCandidate[] | undefined> => {
      if (this.unsettled-- > 0) return undefined
      const files = await family.list()
      const change = this.afterList
      this.afterList = undefined
      await change?.()
      return files
    }
    return { ...family, current, list }
  }
}

describe('a log that is emptied while it is read', () => {
  test('gives all lines, when it was emptied, written and renamed within one run', async () => {
    await using log = await MovingLog.open()
    await log.logs.append('app.log', 'a\n')
    expect(await log.read()).toEqual(['a'])
    log.beforeCurrent = async () => {
      await log.logs.copyAndTruncate('app.log')
      await log.logs.append('app.log', 'b\nc\n')
    }
    await log.readOnce()
    await log.rotate('d\n')
    expect(await log.read()).toEqual(['b', 'c', 'd'])
  })

  test('gives all lines, when it was emptied and outgrew its old length while its lines were told', async () => {
    await using log = await MovingLog.open()
    const path = log.logs.path('app.log')
    await log.logs.append('app.log', 'a\n')
    await log.readOnce((record) => {
      if (record.lines[0] !== 'a') return
      copyFileSync(path, `${path}.1`)
      truncateSync(path)
      appendFileSync(path, 'longer than before\n')
    })
    expect(await log.read()).toEqual(['a', 'longer than before'])
  })

  test('gives all lines, when the new ones are as long as the old and of the same moment', async () => {
    await using log = await MovingLog.open('')
    await log.logs.append('app.log', 'a\n')
    expect(await log.read()).toEqual(['a'])
    const { mtime } = await stat(log.logs.path('app.log'))
    await writeFile(log.logs.path('app.log'), 'b\n')
    await utimes(log.logs.path('app.log'), mtime, mtime)
    expect(await log.read()).toEqual(['b'])
  })

  test('gives the unread lines of a copy that is gzipped just then', async () => {
    await using log = await MovingLog.open()
    await log.logs.append('app.log', 'a\n')
    await log.logs.copyAndTruncate('app.log')
    await log.logs.append('app.log', 'b\n')
    log.afterList = () => log.logs.gzip('app.log.1')
    expect(await log.read()).toEqual(['a', 'b'])
  })

  test('gives all lines of more copies than are kept open otherwise', async () => {
    await using log = await MovingLog.open()
    const written: string[] = []
    for (let n = 100; n < 130; n++) {
      await log.logs.append('app.log', `${n}\n`)
      await log.logs.copyAndTruncate('app.log')
      written.push(String(n))
    }
    expect(await log.read()).toEqual(written)
  })

  test('is not read twice because it is being copied when the agent starts', async () => {
    await using log = await MovingLog.open('history\nhistory\n')
    await log.logs.append('app.log', 'a\n')
    expect(await log.read()).toEqual(['a'])
    const saved = await log.save()
    for (const copied of ['history\nhist', 'history\nhistory\na\n']) {
      await log.logs.create('app.log.1', copied)
      await log.crash(saved)
      expect(await log.read()).toEqual([])
    }
    await log.logs.truncate('app.log')
    await log.logs.append('app.log', 'b\n')
    expect(await log.read()).toEqual(['b'])
  })
})

describe('a log that is renamed while its files are looked for', () => {
  test('is found after a start though its old file is gzipped just then', async () => {
    await using log = await MovingLog.open()
    await log.logs.append('app.log', 'a\n')
    await log.rotate('b\n')
    await log.readOnce()
    expect(log.texts.splice(0)).toEqual(['a', 'b'])
    const saved = await log.save()
    expect(saved.files).toHaveLength(2)
    await log.logs.append('app.log.1', 'late\n')
    await log.logs.append('app.log', 'c\n')
    await log.crash(saved)
    log.afterList = () => log.logs.gzip('app.log.1')
    expect(await log.read()).toEqual(['late', 'c'])
    expect(log.lostFiles).toBe(0)
  })

  test('is read, though the silent file before it is gone by then', async () => {
    await using log = await MovingLog.open()
    await log.read()
    await log.rotate('a\n')
    await log.logs.gzip('app.log.1')
    log.afterList = () => log.rotate('b\n')
    expect(await log.read()).toEqual(['a', 'b'])
  })

  test('is read, though nothing stood under its name when it was looked for', async () => {
    await using log = await MovingLog.open()
    await log.read()
    await log.rotate('a\n')
    await log.logs.gzip('app.log.1')
    await log.logs.rotate('app.log')
    expect(await log.read()).toEqual(['a'])
    await log.logs.create('app.log', 'b\n')
    expect(await log.read()).toEqual(['b'])
  })

  test('waits until the list of its files stands still', async () => {
    await using log = await MovingLog.open()
    await log.rotate('a\n')
    await log.rotate('b\n')
    log.unsettled = 2
    await log.readOnce()
    await log.readOnce()
    expect(log.texts).toEqual([])
    const saved = await log.save()
    expect(await log.read()).toEqual(['a', 'b'])
    await log.crash(saved)
    log.unsettled = 1
    expect(await log.read()).toEqual(['a', 'b'])
  })

  test('gives a file once that has two names', async () => {
    await using log = await MovingLog.open()
    await log.rotate('a\n')
    await log.rotate('b\n')
    await link(log.logs.path('app.log.1'), log.logs.path('app.log.9'))
    expect(await log.read()).toEqual(['a', 'b'])
  })
})

describe('files that are hard to tell apart', () => {
  test('of two gzipped files with the same size and the same end both are read', async () => {
    const line = (n: number) => `${n} ${'x'.repeat(100)}`
    await using log = await MovingLog.open('')
    await log.logs.append('app.log', `${line(1)}\n`)
    expect(await log.read()).toEqual([line(1)])
    await log.rotate()
    await log.read()
    await log.logs.append('app.log', `${line(2)}\n`)
    await log.rotate(`${line(3)}\n`)
    await log.logs.gzipRotated('app.log')
    await log.rotate()
    await log.logs.gzipRotated('app.log')
    expect(await log.read()).toEqual([line(2), line(3)])
  })

  test('what was gzipped by a program that keeps whole seconds is read', async () => {
    await using log = await MovingLog.open()
    const at = 1_800_000_000
    await utimes(log.logs.path('app.log'), at, at + 0.25)
    await log.read()
    await log.rotate('a\n')
    await log.rotate('b\n')
    await log.logs.gzip('app.log.1')
    await utimes(log.logs.path('app.log.1.gz'), at, at)
    await utimes(log.logs.path('app.log'), at, at + 0.75)
    expect(await log.read()).toEqual(['a', 'b'])
  })

  test('a file of which only half a line was there is found again between two others', async () => {
    await using log = await MovingLog.open()
    await log.logs.append('app.log', 'a\n')
    await log.rotate('ha')
    await log.rotate('c\n')
    await log.readOnce()
    const saved = await log.save()
    expect(saved.files.map(({ offset }) => offset > 0)).toEqual([true, false, true])
    await log.crash(saved)
    log.texts.splice(0)
    expect(await log.read()).toEqual(['ha'])
  })

  test('a new log whose inode was that of an old file is read from its first line', async () => {
    await using log = await MovingLog.open()
    await log.logs.rotate('app.log')
    await using absent = new LogReader(plainFamily(log.logs.path('app.log')))
    expect(await absent.read()).toEqual([])
    await rename(log.logs.path('app.log.1'), log.logs.path('app.log'))
    await log.logs.create('app.log', 'new\n')
    expect(await absent.read()).toEqual(['new'])
  })
})
