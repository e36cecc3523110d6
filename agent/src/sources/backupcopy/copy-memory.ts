import { asRecord } from '../../as-record.ts'
import { KeptFile } from '../../kept-file.ts'
import type { SourceContext } from '../../source.ts'
import type { Digest } from './compare-copies.ts'
import type { FoundFile } from './list-place.ts'

export type Side = 'first' | 'second'

/** size, mtime, ctime, inode, SHA-256, when it was read (epoch ms): a line of the file for each. */
type KeptDigest = readonly [number, number, number, number, string, number]

interface Kept {
  /** When this copy was first looked for: its age where there never was one. */
  readonly declaredMs: number
  /** When the newest file was written that the second copy was seen to have. */
  readonly copiedToMs?: number
  readonly digests: Readonly<Record<string, KeptDigest>>
}

/**
 * While files are hashed the whole file is written this often, some MB of it for 10,000 files: a restart costs a minute of hashing rather than days, and what
 * is written stays below a hundredth of what is read meanwhile.
 */
const WRITE_EVERY_MS = 60_000

/** What of a comparison outlives a restart: the digests of files that stand as they were read, and how far the second copy had come. */
export class CopyMemory {
  declaredMs = 0
  copiedToMs: number | undefined
  readonly #file: KeptFile<Kept>
  readonly #digests = new Map<string, KeptDigest>()
  readonly #unreadable = new Set<string>()
  readonly #clocks: SourceContext['clocks']
  readonly #rehashAfterMs: number
  #isChanged = false
  #writtenAtMs = -Infinity

  private constructor(context: SourceContext, rehashAfterMs: number) {
    this.#file = new KeptFile<Kept>(context, 'backupcopy', isKept)
    this.#clocks = context.clocks
    this.#rehashAfterMs = rehashAfterMs
  }

  static async open(context: SourceContext, rehashAfterMs = Infinity): Promise<CopyMemory> {
    const memory = new CopyMemory(context, rehashAfterMs)
    const kept = await memory.#file.read()
    memory.declaredMs = kept?.declaredMs ?? context.clocks.nowMs()
    memory.copiedToMs = kept?.copiedToMs
    for (const [key, digest] of Object.entries(kept?.digests ?? {}))
      memory.#digests.set(key, digest)
    memory.#isChanged = kept === undefined
    return memory
  }

  digestOf(side: Side, file: FoundFile): Digest {
    const key = keyOf(side, file.name)
    if (this.#unreadable.has(key)) return 'unreadable'
    const kept = this.#digests.get(key)
    if (kept === undefined) return undefined
    const [size, mtimeMs, ctimeMs, inode, sha256, readMs] = kept
    const isSame =
      size === file.size &&
      mtimeMs === file.mtimeMs &&
      ctimeMs === file.ctimeMs &&
      inode === file.inode
    const isFresh = this.#clocks.nowMs() - readMs < this.#rehashAfterMs
    return isSame && isFresh ? { sha256 } : undefined
  }

  remember(side: Side, file: FoundFile, digest: Exclude<Digest, undefined>): void {
    const key = keyOf(side, file.name)
    this.#isChanged = true
    if (digest === 'unreadable') {
      this.#unreadable.add(key)
      return
    }
    this.#unreadable.delete(key)
    const { size, mtimeMs, ctimeMs, inode } = file
    this.#digests.set(key, [size, mtimeMs, ctimeMs, inode, digest.sha256, this.#clocks.nowMs()])
  }

  noteCopiedTo(ms: number): void {
    if (this.copiedToMs === ms) return
    this.copiedToMs = ms
    this.#isChanged = true
  }

  /** What could not be read is tried again. */
  forgetUnreadable(): void {
    this.#unreadable.clear()
  }

  /** Forgets files of this side that are there no more. */
  keepOnly(side: Side, files: readonly FoundFile[]): void {
    const there = new Set(files.map(({ name }) => keyOf(side, name)))
    for (const key of this.#digests.keys()) {
      if (!key.startsWith(`${side}:`) || there.has(key)) continue
      this.#digests.delete(key)
      this.#isChanged = true
    }
  }

  /** Writes what has changed, at most once a minute unless `now`. */
  async save(now: boolean): Promise<void> {
    const nowMs = this.#clocks.monotonicMs()
    if (!this.#isChanged || (!now && nowMs - this.#writtenAtMs < WRITE_EVERY_MS)) return
    this.#isChanged = false
    this.#writtenAtMs = nowMs
    const { declaredMs, copiedToMs } = this
    await this.#file.write({
      declaredMs,
      ...(copiedToMs === undefined ? {} : { copiedToMs }),
      digests: Object.fromEntries(this.#digests),
    })
  }
}

function keyOf(side: Side, name: string): string {
  return `${side}:${name}`
}

function isKept(value: unknown): value is Kept {
  const { declaredMs, copiedToMs, digests } = asRecord(value)
  return (
    isFiniteNumber(declaredMs) &&
    (copiedToMs === undefined || isFiniteNumber(copiedToMs)) &&
    Object.values(asRecord(digests)).every(isKeptDigest)
  )
}

function isKeptDigest(value: unknown): value is KeptDigest {
  if (!Array.isArray(value) || value.length !== 6) return false
  const [size, mtimeMs, ctimeMs, inode, sha256, readMs]: unknown[] = value
  return (
    [size, mtimeMs, ctimeMs, inode, readMs].every(isFiniteNumber) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  )
}

function isFiniteNumber(value: unknown): value is number {
  return Number.isFinite(value)
}
