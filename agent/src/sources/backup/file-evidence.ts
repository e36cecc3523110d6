import type { BackupEvidence, BackupRun } from './backup-run.ts'
import { checkManifest } from './check-manifest.ts'
import { checkGzip, type GzipCheckOptions } from './check-gzip.ts'
import { checkTrailer, type Trailer } from './check-trailer.ts'
import { broken, type FileCheck } from './file-check.ts'
import { findFiles, noneWhereAbsent, type FoundFile } from './find-files.ts'
import { LOOKS, READS_THROUGH } from './lane.ts'

/** What a whole backup of this job looks like. */
export interface FileJob {
  readonly patterns: readonly string[]
  readonly minBytes: number
  readonly trailer: Trailer | undefined
  readonly isGzip: boolean
  readonly isManifest: boolean
  /** A file that has not changed for so long is not being written any more. */
  readonly settleMs: number
  readonly periodMs: number
}

/** Older files that are looked at too, so that there is something to compare with from the first day. */
const MOST_OLDER = 8

/** What could not be read through is tried again after so long. */
const READ_AGAIN_MS = 300_000

/** Backups that are files: the newest match of the patterns is the latest run. Keeps what it found out about a file until that changes. */
export class FileEvidence implements Disposable {
  readonly #job: FileJob
  readonly #gzip: Omit<GzipCheckOptions, 'trailer' | 'signal'>
  readonly #checkGzip: typeof checkGzip
  readonly #closed = new AbortController()
  #checks = new Map<string, FileCheck>()
  #looks: ReadonlyMap<string, Look> | undefined
  #reading: { readonly id: string; readonly abort: AbortController } | undefined
  #unread: Unread | undefined

  /** @param check a test's */
  constructor(job: FileJob, gzip: Omit<GzipCheckOptions, 'trailer' | 'signal'>, check = checkGzip) {
    this.#job = job
    this.#gzip = gzip
    this.#checkGzip = check
  }

  /**
   * @param knownGood ids of runs that were found good before: a gzip that is one of them is not read again after a restart
   * @throws ProbeError where files can't be listed or read
   */
  read(
    nowMs: number,
    knownGood: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<BackupEvidence> {
    return LOOKS.run(() => this.#read(nowMs, knownGood, signal))
  }

  [Symbol.dispose](): void {
    this.#closed.abort()
    this.#reading?.abort.abort()
  }

  async #read(
    nowMs: number,
    knownGood: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): Promise<BackupEvidence> {
    const files = await findFiles(this.#job.patterns, signal)
    const quiet = this.#look(files, nowMs)
    const newest = files.at(-1)
    if (newest === undefined) return { runs: [], absent: absent(this.#job.patterns) }
    const older = files.slice(-1 - MOST_OLDER, -1)
    this.#forgetOthers([...older, newest], knownGood)
    const runs: BackupRun[] = []
    for (const file of older) {
      const check = await this.#check(file)
      if (check !== undefined) runs.push(this.#toRun(file, check))
    }
    runs.push(await this.#newestRun(newest, quiet.get(newest.path) ?? 0, nowMs))
    return { runs, oldestMs: files[0]?.modifiedMs }
  }

  /** For how long each file has not changed: by its own time at the first look, by what was seen since from then on. */
  #look(files: readonly FoundFile[], nowMs: number): ReadonlyMap<string, number> {
    const before = this.#looks
    const looks = new Map<string, Look>()
    const quiet = new Map<string, number>()
    for (const file of files) {
      const id = idOf(file)
      const seen = before?.get(file.path)
      const firstMs = before === undefined ? Math.min(nowMs, file.modifiedMs) : nowMs
      const sinceMs = seen?.id === id ? seen.sinceMs : firstMs
      looks.set(file.path, { id, sinceMs })
      quiet.set(file.path, nowMs - sinceMs)
    }
    this.#looks = looks
    return quiet
  }

  async #newestRun(file: FoundFile, quietMs: number, nowMs: number): Promise<BackupRun> {
    const isQuiet = quietMs >= this.#job.settleMs
    const check = await this.#check(file, isQuiet ? nowMs : undefined)
    const mayBeWritten = !isQuiet && check?.verified !== true
    if (check !== undefined && !mayBeWritten) return this.#toRun(file, check)
    const startMs = startOf(file, this.#job.periodMs)
    return { id: idOf(file), outcome: 'running', startMs, bytesOut: file.bytes }
  }

  /**
   * Undefined where that is not known yet.
   * @param readMs now, where a gzip may be read through
   * @throws ProbeError where it could not be
   */
  async #check(file: FoundFile, readMs?: number): Promise<FileCheck | undefined> {
    const known = this.#checks.get(idOf(file))
    if (known !== undefined) return known
    if (this.#job.isGzip && file.bytes > 0) {
      if (readMs !== undefined) this.#readInTime(file, readMs)
      return undefined
    }
    const check = await this.#checkAtOnce(file)
    if (check.isWhole) this.#checks.set(idOf(file), check)
    return check
  }

  async #checkAtOnce({ path, bytes }: FoundFile): Promise<FileCheck> {
    const { minBytes, trailer, isManifest } = this.#job
    if (bytes === 0) return broken('文件为 0 字节', 'the file has 0 bytes')
    if (isManifest) return atLeast(await checkManifest(path, bytes), minBytes)
    const check = trailer === undefined ? { isWhole: true } : await checkTrailer(path, trailer)
    return atLeast({ ...check, bytes }, minBytes)
  }

  /** What could not be read says nothing of the backup, good or bad: it is told, and read again in a while. */
  #readInTime(file: FoundFile, nowMs: number): void {
    if (this.#unread?.id !== idOf(file)) this.#unread = undefined
    const unread = this.#unread
    if (unread === undefined) {
      this.#readThrough(file)
      return
    }
    unread.againMs ??= nowMs + READ_AGAIN_MS
    if (nowMs >= unread.againMs) this.#readThrough(file)
    throw unread.error
  }

  /** In the background: it may take hours at its rate. What it finds is there at a later run. */
  #readThrough(file: FoundFile): void {
    const id = idOf(file)
    if (this.#reading?.id === id) return
    this.#reading?.abort.abort()
    const abort = new AbortController()
    this.#reading = { id, abort }
    const signal = AbortSignal.any([abort.signal, this.#closed.signal])
    const { trailer, minBytes } = this.#job
    void READS_THROUGH.run(() => this.#checkGzip(file.path, { ...this.#gzip, trailer, signal }))
      .then((check) => {
        this.#unread = undefined
        this.#checks.set(id, atLeast({ ...check, bytes: file.bytes }, minBytes))
      })
      .catch((error: unknown) => {
        const problem = signal.aborted ? undefined : unreadable(file, error)
        this.#unread = problem === undefined ? undefined : { id, error: problem }
      })
      .finally(() => {
        if (this.#reading?.id === id) this.#reading = undefined
      })
  }

  #toRun(file: FoundFile, check: FileCheck): BackupRun {
    return {
      id: idOf(file),
      outcome: check.isWhole ? 'ok' : 'failed',
      startMs: startOf(file, this.#job.periodMs),
      endMs: file.modifiedMs,
      bytesOut: check.bytes ?? file.bytes,
      verified: check.verified,
      checksumOk: check.checksumOk,
      message: check.message,
    }
  }

  #forgetOthers(files: readonly FoundFile[], knownGood: ReadonlySet<string>): void {
    const kept = new Map<string, FileCheck>()
    for (const file of files) {
      const id = idOf(file)
      const check = this.#checks.get(id)
      if (check !== undefined) kept.set(id, check)
      else if (this.#job.isGzip && knownGood.has(id)) kept.set(id, goodGzip(file))
    }
    this.#checks = kept
  }
}

interface Unread {
  readonly id: string
  readonly error: Error
  /** Counts from the look that told it. */
  againMs?: number
}

interface Look {
  readonly id: string
  /** Since when it is as it is. */
  readonly sinceMs: number
}

function idOf({ path, bytes, modifiedMs }: FoundFile): string {
  return `${path}|${bytes}|${modifiedMs}`
}

/** A file is made when its dump begins, unless it is one that is written over and over, or came here as a copy. */
function startOf({ createdMs, modifiedMs }: FoundFile, periodMs: number): number | undefined {
  return createdMs !== undefined && modifiedMs - createdMs < periodMs ? createdMs : undefined
}

function goodGzip({ bytes }: FoundFile): FileCheck {
  return { isWhole: true, verified: true, checksumOk: true, bytes }
}

function atLeast(check: FileCheck, minBytes: number): FileCheck {
  const { bytes } = check
  if (!check.isWhole || bytes === undefined || bytes >= minBytes) return check
  return {
    ...check,
    isWhole: false,
    message: {
      zh: `大小 ${bytes} 字节，小于 minBytes（${minBytes}）`,
      en: `${bytes} bytes, fewer than minBytes (${minBytes})`,
    },
  }
}

function absent(patterns: readonly string[]) {
  const shown = patterns.join(', ')
  return { zh: `没有匹配 ${shown} 的文件`, en: `no file matches ${shown}` }
}

/** Undefined for a file that is gone: the next look sees that. */
function unreadable({ path }: FoundFile, error: unknown): Error | undefined {
  try {
    noneWhereAbsent(error, path)
    return undefined
  } catch (problem) {
    return problem instanceof Error ? problem : new Error(String(problem))
  }
}
