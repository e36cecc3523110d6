import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pass, until } from '../../support/until.ts'
import { seededRandom, type FaultRow } from '../fault-row.ts'
import { LogWriter } from '../log-writer.ts'

/** Rotations in a trial: fifty trials have a thousand. */
const ROTATIONS = 20
const STEPS_BETWEEN = 5
const READ_WITHIN_MS = 60_000
const SHORT_TRIALS = 2
/** Between two rotations: a few of them are in a second. */
const PAUSE_MS = { least: 100, more: 150 }
/** In a burst, now and then: as fast as this machine can rotate. */
const BURST_PAUSE_MS = { least: 0, more: 10 }

const FOLLOWER = join(
  dirname(fileURLToPath(import.meta.resolve('@wardround/agent/testing'))),
  'follow-log-main.ts',
)

/** What a process that is killed again and again reads of a log. */
class Tail implements AsyncDisposable {
  readonly #ledger: string
  readonly #args: readonly string[]
  #child: ChildProcess | undefined

  constructor(directory: string, log: string) {
    this.#ledger = join(directory, 'ledger')
    this.#args = [FOLLOWER, log, this.#ledger, join(directory, 'state')]
  }

  start(): void {
    this.#child = spawn(process.execPath, this.#args, { stdio: 'inherit' })
  }

  async hasLooked(): Promise<void> {
    await until(
      'the log was looked for',
      () => existsSync(`${this.#ledger}.totals`),
      READ_WITHIN_MS,
    )
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined) return
    this.#child = undefined
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** What the log's counters say at the end. */
  async totals(): Promise<{ readonly counted: number; readonly lostFiles: number }> {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by follow-log-main.ts
    return JSON.parse(await readFile(`${this.#ledger}.totals`, 'utf8')) as {
      counted: number
      lostFiles: number
    }
  }

  /** Texts by the keys of their events; the same key again is the same event. A line of the ledger that a kill cut short was never told. */
  async read(): Promise<Map<string, string>> {
    const found = new Map<string, string>()
    if (!existsSync(this.#ledger)) return found
    for (const line of (await readFile(this.#ledger, 'utf8')).split('\n')) {
      const told = parse(line)
      if (told !== undefined) found.set(...told)
    }
    return found
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}

function parse(line: string): [string, string] | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by follow-log-main.ts
    return JSON.parse(line) as [string, string]
  } catch {
    return undefined
  }
}

/** A log is written and rotated in every way while who follows it is killed: each line comes exactly once. */
export const row: FaultRow = {
  id: 'D6',
  title:
    'log tail: rename, copytruncate, gzip, inode reuse, 10 MB lines, half lines, CRLF, GBK, rubbish, kill -9',
  shortTrials: SHORT_TRIALS,
  fullTrials: 50,
  async run({ trials, seed, log }) {
    const random = seededRandom(seed)
    const directory = await mkdtemp(join(tmpdir(), 'wr-d6-'))
    await mkdir(join(directory, 'logs'))
    const writer = new LogWriter(join(directory, 'logs'))
    await using tail = new Tail(directory, writer.path)
    let read = new Map<string, string>()
    tail.start() // the log is not there yet: it is new from its first line
    await tail.hasLooked()
    await writer.line()
    for (let trial = 1; trial <= trials; trial++) {
      const isBurst = trial > SHORT_TRIALS && trial % 2 === 1
      await oneTrial(tail, writer, random, isBurst ? BURST_PAUSE_MS : PAUSE_MS)
      read = await catchUp(tail, writer)
      log(
        `trial ${trial}: ${writer.written.length} lines, ${writer.rotations} rotations, ${read.size} read`,
      )
      if (missing(writer, read).length > 0) break
    }
    await tail.kill()
    const { counted, lostFiles } = await tail.totals()
    await rm(directory, { recursive: true, force: true })
    const { lost, duplicated, violations } = compare(writer.written, [...read.values()])
    const { rotations } = writer
    return {
      trials,
      expected: writer.written.length,
      lost,
      duplicated,
      violations,
      measured: { rotations, counted, 'lost files': lostFiles },
    }
  },
}

/** Writes and rotates; somewhere in it the reader is killed, and started again later. */
async function oneTrial(
  tail: Tail,
  writer: LogWriter,
  random: () => number,
  pauseMs: { readonly least: number; readonly more: number },
): Promise<void> {
  const killedAt = Math.floor(random() * ROTATIONS)
  const backAt = Math.min(ROTATIONS - 1, killedAt + Math.floor(random() * 5))
  const longAt = Math.floor(random() * ROTATIONS)
  for (let rotation = 0; rotation < ROTATIONS; rotation++) {
    for (let step = 0; step < STEPS_BETWEEN; step++) await write(writer, random)
    if (rotation === longAt) await writer.longLine()
    if (rotation === killedAt) await tail.kill()
    await rotate(tail, writer, random)
    if (rotation === backAt) tail.start()
    if (random() < 0.3) await writer.gzip()
    await pass(pauseMs.least + random() * pauseMs.more)
  }
}

async function write(writer: LogWriter, random: () => number): Promise<void> {
  const ways = [
    'line',
    'line',
    'lineOfWindows',
    'lineInGbk',
    'lineOfRubbish',
    'lineOfThePast',
    'halfLine',
  ] as const
  await writer[ways[Math.floor(random() * ways.length)] ?? 'line']()
}

/** A file that is emptied before anything of it was read can't be told from one that was not: it is renamed. */
async function rotate(tail: Tail, writer: LogWriter, random: () => number): Promise<void> {
  if (random() < 0.5) return writer.rename()
  const last = writer.written.at(-1) ?? ''
  const isRead = [...(await tail.read()).values()].includes(last)
  await (isRead ? writer.copyAndTruncate() : writer.rename())
}

/** Waits until all was read; then the old files go, so that their inodes are used again. */
async function catchUp(tail: Tail, writer: LogWriter): Promise<Map<string, string>> {
  await writer.line() // ends a half line
  let read = new Map<string, string>()
  const isThere = async () => {
    read = await tail.read()
    return missing(writer, read).length === 0
  }
  await until('all lines are read', isThere, READ_WITHIN_MS).catch(() => undefined) // what is lost is counted
  await writer.removeRotated()
  return read
}

function missing({ written }: LogWriter, read: ReadonlyMap<string, string>): string[] {
  const texts = new Set(read.values())
  return written.filter((text) => !texts.has(text))
}

function compare(
  written: readonly string[],
  read: readonly string[],
): { lost: number; duplicated: number; violations: string[] } {
  const times = new Map<string, number>()
  for (const text of read) times.set(text, (times.get(text) ?? 0) + 1)
  const lost = written.filter((text) => !times.has(text))
  const known = new Set(written)
  const invented = read.filter((text) => !known.has(text))
  const duplicated = [...times.values()].reduce((sum, count) => sum + count - 1, 0)
  const shown = (texts: readonly string[], what: string) =>
    texts.slice(0, 5).map((text) => `${what}: ${text.slice(0, 80)}`)
  return {
    lost: lost.length,
    duplicated,
    violations: [...shown(invented, 'never written'), ...shown(lost, 'lost')],
  }
}
