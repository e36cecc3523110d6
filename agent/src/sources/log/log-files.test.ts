import { readFile, rm, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

import { ManualTime } from '../../testing/manual-time.ts'
import { LogDirectory } from '../../testing/log-directory.ts'
import { plainFamily } from './log-family.ts'
import { LogFiles } from './log-files.ts'
import { eachLine } from './record-grouper.ts'

const BOUNDS = { maxBytes: 1_000_000, signal: new AbortController().signal }

async function setUp() {
  const directory = await LogDirectory.open()
  await directory.create('app.log', 'old\n')
  const time = new ManualTime()
  const state = directory.path('state/sources')
  const file = directory.path('state/sources/logs/tomcat%20one.json')
  const open = (keepsPlaces = true, pausedSinceMs?: number) =>
    new LogFiles({
      memory: { directory: state, name: 'tomcat one', pausedSinceMs },
      keepsPlaces,
      clocks: time,
    })
  /** What the log has to say, twice over, as the last record waits. */
  async function read(files: LogFiles): Promise<string[]> {
    const texts: string[] = []
    const follower = await files.follow('app', {
      family: plainFamily(directory.path('app.log')),
      encoding: 'utf-8',
      continues: eachLine,
    })
    for (const _ of [1, 2])
      await files.read(
        follower,
        ({ lines }) => {
          texts.push(...lines)
          follower.count('all')
        },
        BOUNDS,
      )
    return [...texts, `${follower.counts.get('all') ?? 0}`]
  }
  return {
    directory,
    time,
    file,
    open,
    read,
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

test('goes on after a restart where it stopped, with its counts', async () => {
  await using at = await setUp()
  {
    await using files = at.open()
    await at.read(files)
    await at.directory.append('app.log', 'a\n')
    expect(await at.read(files)).toEqual(['a', '1'])
  }
  await at.directory.append('app.log', 'b\n')
  await using files = at.open()
  expect(await at.read(files)).toEqual(['b', '2'])
})

test('writes at most once a minute, and nothing while nothing is new', async () => {
  await using at = await setUp()
  await using files = at.open()
  await at.read(files)
  const begin = await readFile(at.file, 'utf8')
  await at.directory.append('app.log', 'a\n')
  await at.read(files)
  expect(await readFile(at.file, 'utf8')).toBe(begin)
  await at.time.pass(60_000)
  await at.read(files)
  expect(await readFile(at.file, 'utf8')).toContain('"offset":6')
  await rm(at.file)
  await at.time.pass(60_000)
  await at.read(files)
  await expect(readFile(at.file)).rejects.toThrow('ENOENT')
})

test('writes down that an old file is read to its end, though nothing is new', async () => {
  await using at = await setUp()
  const files = at.open() // killed: never disposed of
  await at.read(files)
  await at.directory.rotate('app.log')
  await at.directory.create('app.log', 'a\n')
  await at.time.pass(60_000)
  await at.read(files)
  expect(await readFile(at.file, 'utf8')).toContain('"offset":2')
  await at.read(files)
  await at.time.pass(60_000)
  await at.read(files)
  await at.directory.remove('app.log.1')
  {
    await using later = at.open()
    expect(await at.read(later)).toEqual(['1'])
  }
  expect(await readFile(at.file, 'utf8')).toContain('"lostFiles":0')
})

test('loses nothing when the agent is killed in its first minute', async () => {
  await using at = await setUp()
  await at.read(at.open())
  await at.directory.append('app.log', 'a\n')
  await at.read(at.open())
  await at.directory.append('app.log', 'b\n')
  await using files = at.open()
  expect(await at.read(files)).toEqual(['a', 'b', '2'])
})

test.each([
  '',
  '{',
  '[]',
  '{"followers":{"app":{}},"facts":{}}',
  '{"followers":{"app":{"label":"x","files":[{"offset":-1}],"finished":[],"totals":{},"counts":{}}},"facts":{}}',
])('starts at the end where what was kept is “%s”', async (kept) => {
  await using at = await setUp()
  {
    await using files = at.open()
    await files.setFact('path', 'x')
  }
  await writeFile(at.file, kept)
  await using files = at.open()
  expect(await at.read(files)).toEqual(['0'])
})

test('reads beside the running agent what is kept, and writes nothing', async () => {
  await using at = await setUp()
  {
    await using files = at.open()
    await at.read(files)
    await at.directory.append('app.log', 'a\n')
    await at.read(files)
  }
  await at.directory.append('app.log', 'b\n')
  {
    await using trial = at.open(false)
    expect(await at.read(trial)).toEqual(['b', '2'])
  }
  await using files = at.open()
  expect(await at.read(files)).toEqual(['b', '2'])
})

test('reads nothing while the source is paused, and all of it after', async () => {
  await using at = await setUp()
  {
    await using files = at.open()
    await at.read(files)
  }
  await at.directory.append('app.log', 'a\n')
  {
    await using paused = at.open(true, 1)
    await expect(at.read(paused)).rejects.toThrow('paused')
  }
  await using files = at.open()
  expect(await at.read(files)).toEqual(['a', '1'])
})

test('keeps what was found out', async () => {
  await using at = await setUp()
  {
    await using files = at.open()
    await files.setFact('path', '/u01/alert.log')
  }
  await using files = at.open()
  expect(await files.fact('path')).toBe('/u01/alert.log')
})

test('goes on without a directory, and with one that can’t be written', async () => {
  await using at = await setUp()
  await at.directory.create('taken')
  for (const directory of [undefined, at.directory.path('taken')]) {
    await using files = new LogFiles({
      memory: { directory, name: 'x', pausedSinceMs: undefined },
      keepsPlaces: true,
      clocks: at.time,
    })
    await at.read(files)
    await at.directory.append('app.log', 'a\n')
    await at.time.pass(60_000)
    expect(await at.read(files)).toEqual(['a', '1'])
  }
})
