import type { FoundFile } from './list-place.ts'

/** How a file of the first copy stands in the second. */
export interface CopyDifference {
  readonly name: string
  readonly what: 'missing' | 'size' | 'sha256' | 'unreadable'
  readonly firstBytes: number
  readonly secondBytes: number | undefined
}

/** What reading a file for its digest gave; undefined: not read yet. */
export type Digest = { readonly sha256: string } | 'unreadable' | undefined

export interface CopiesToCompare {
  readonly first: readonly FoundFile[]
  readonly second: readonly FoundFile[]
  /** Undefined: by name and size alone. */
  readonly digestOf: ((side: 'first' | 'second', file: FoundFile) => Digest) | undefined
  readonly nowMs: number
  /** A file of the first copy that is younger may still be missing in the second. */
  readonly graceMs: number
}

export interface FilePair {
  readonly first: FoundFile
  readonly second: FoundFile
}

export interface CopiesCompared {
  readonly differences: readonly CopyDifference[]
  /** Equal in size and not read yet, the newest first. */
  readonly unread: readonly FilePair[]
  /** Equal in size and not read yet, those that are still being written among them. */
  readonly unreadFiles: number
  /** Files of the first copy that the second has to have by now. */
  readonly dueFiles: number
  /** Of pairs that are equal in all that is looked at. */
  readonly equalBytes: number
  /** Size of the second copy of what is due, less that of the first. */
  readonly sizeDeltaBytes: number
  /** When the newest file was written that the second copy has, too; undefined where it has none. */
  readonly copiedToMs: number | undefined
}

/** What is still being written keeps changing: it is not read. */
const SETTLED_MS = 300_000

/** Compares two copies of one set of files. What the second has beyond the first (kept for longer) is no difference. */
export function compareCopies(copies: CopiesToCompare): CopiesCompared {
  const { first, second, nowMs, graceMs } = copies
  const twins = new Map(second.map((file) => [file.name, file]))
  const due = first.filter(({ mtimeMs }) => nowMs - mtimeMs >= graceMs)
  const pairs = first.flatMap((file) => {
    const twin = twins.get(file.name)
    return twin !== undefined && twin.size === file.size ? [{ first: file, second: twin }] : []
  })
  const judged = pairs.map((pair) => ({ pair, verdict: judge(pair, copies) }))
  const sound = judged.filter(({ verdict }) => verdict === 'equal' || verdict === 'unread')
  const broken = new Map(judged.map(({ pair, verdict }) => [pair.first.name, verdict]))
  const differences = due.flatMap((file) =>
    differenceOf(file, twins.get(file.name), broken.get(file.name)),
  )
  return {
    differences,
    unread: judged
      .filter(({ verdict, pair }) => verdict === 'unread' && isSettled(pair, nowMs))
      .map(({ pair }) => pair)
      .toSorted((a, b) => b.first.mtimeMs - a.first.mtimeMs),
    unreadFiles: judged.filter(({ verdict }) => verdict === 'unread').length,
    dueFiles: due.length,
    equalBytes: sum(judged.map(({ pair, verdict }) => (verdict === 'equal' ? pair.first.size : 0))),
    sizeDeltaBytes: sum(due.map(({ name, size }) => (twins.get(name)?.size ?? 0) - size)),
    copiedToMs: newest(sound.map(({ pair }) => pair.first.mtimeMs)),
  }
}

type Verdict = 'equal' | 'unread' | 'sha256' | 'unreadable'

function judge({ first, second }: FilePair, { digestOf }: CopiesToCompare): Verdict {
  if (digestOf === undefined) return 'equal'
  const one = digestOf('first', first)
  const other = digestOf('second', second)
  if (one === 'unreadable' || other === 'unreadable') return 'unreadable'
  if (one === undefined || other === undefined) return 'unread'
  return one.sha256 === other.sha256 ? 'equal' : 'sha256'
}

function differenceOf(
  { name, size }: FoundFile,
  twin: FoundFile | undefined,
  verdict: Verdict | undefined,
): CopyDifference[] {
  const found = { name, firstBytes: size, secondBytes: twin?.size }
  if (twin === undefined) return [{ ...found, what: 'missing' }]
  if (twin.size !== size) return [{ ...found, what: 'size' }]
  return verdict === 'sha256' || verdict === 'unreadable' ? [{ ...found, what: verdict }] : []
}

function isSettled({ first, second }: FilePair, nowMs: number): boolean {
  return [first, second].every(({ ctimeMs }) => nowMs - ctimeMs >= SETTLED_MS)
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function newest(times: readonly number[]): number | undefined {
  return times.reduce<number | undefined>(
    (latest, time) => (latest === undefined || time > latest ? time : latest),
    undefined,
  )
}
