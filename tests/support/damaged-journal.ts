import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openJournalReader } from '@wardround/journal'

/** Bytes of a segment file that a fault hit. */
interface HitBytes {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** One way in which a disk may hand back something else than was written. */
export interface JournalDamage {
  readonly name: string
  /** Damages the files of a journal that nobody has open; says what was hit. */
  readonly apply: (directory: string, random: () => number) => readonly HitBytes[]
}

const BLOCK_BYTES = 4096

export const JOURNAL_DAMAGES: readonly JournalDamage[] = [
  {
    name: 'one bit flipped',
    apply: (directory, random) =>
      change(directory, pick(directory, random), random, 1, (bytes) => {
        bytes[0] = (bytes[0] ?? 0) ^ (1 << Math.floor(random() * 8))
      }),
  },
  {
    name: '4 KB of zeros',
    apply: (directory, random) =>
      change(directory, pick(directory, random), random, BLOCK_BYTES, (bytes) => bytes.fill(0)),
  },
  {
    name: '4 KB of garbage',
    apply: (directory, random) =>
      change(directory, pick(directory, random), random, BLOCK_BYTES, (bytes) => {
        for (let at = 0; at < bytes.length; at++) bytes[at] = Math.floor(random() * 256)
      }),
  },
  {
    name: 'a tail of zeros',
    apply: (directory) => {
      const file = segmentFiles(directory).at(-1) ?? ''
      const path = join(directory, file)
      writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(100_000)]))
      return []
    },
  },
  {
    name: 'a segment of 0 bytes',
    apply: (directory, random) => replace(directory, random, Buffer.alloc(0)),
  },
  {
    name: 'a segment of garbage',
    apply: (directory, random) =>
      replace(directory, random, Buffer.from(Array.from({ length: 50_000 }, () => random() * 256))),
  },
  {
    name: 'a segment missing',
    apply: (directory, random) => {
      const file = pick(directory, random)
      rmSync(join(directory, file))
      return [whole(file)]
    },
  },
  {
    name: 'two segments swapped',
    apply: (directory) => {
      const [first = '', second = first] = segmentFiles(directory)
      renameSync(join(directory, first), join(directory, 'kept'))
      renameSync(join(directory, second), join(directory, first))
      renameSync(join(directory, 'kept'), join(directory, second))
      return []
    },
  },
  {
    name: 'stray files',
    apply: (directory) => {
      for (let at = 0; at < 10_000; at++) writeFileSync(join(directory, `stray-${at}`), 'x')
      return []
    },
  },
]

/** How many records lie where bytes were hit. Asked of a journal that was not damaged yet. */
export function countHit(directory: string, hits: readonly HitBytes[]): number {
  using reader = openJournalReader(directory)
  const numbers = new Map(
    segmentFiles(directory).map((file) => [Number.parseInt(file.slice(0, 16), 16), file]),
  )
  let hit = 0
  for (const segment of reader.segmentsSync())
    for (const { start, end } of reader.segmentRecords(segment, END))
      if (
        hits.some(
          (bytes) =>
            bytes.file === numbers.get(segment) && overlap(bytes, start.offset, end.offset),
        )
      )
        hit++
  return hit
}

function overlap(bytes: HitBytes, start: number, end: number): boolean {
  return bytes.start < end && bytes.end > start
}

const END = { segment: Number.MAX_SAFE_INTEGER, offset: 0 }

function segmentFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.seg'))
    .toSorted()
}

function pick(directory: string, random: () => number): string {
  const files = segmentFiles(directory)
  return files[Math.floor(random() * files.length)] ?? ''
}

function whole(file: string): HitBytes {
  return { file, start: 0, end: Infinity }
}

function replace(directory: string, random: () => number, bytes: Buffer): HitBytes[] {
  const file = pick(directory, random)
  writeFileSync(join(directory, file), bytes)
  return [whole(file)]
}

function change(
  directory: string,
  file: string,
  random: () => number,
  length: number,
  edit: (bytes: Buffer) => void,
): HitBytes[] {
  const bytes = readFileSync(join(directory, file))
  const start = Math.floor(random() * Math.max(1, bytes.length - length))
  edit(bytes.subarray(start, start + length))
  writeFileSync(join(directory, file), bytes)
  return [{ file, start, end: start + length }]
}
