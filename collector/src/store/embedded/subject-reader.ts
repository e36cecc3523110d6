import type { Answer } from './answer.ts'
import type { Head } from './head.ts'
import type { HourRows } from './head-group.ts'
import type { Chunk } from './part.ts'
import type { PartFiles } from './part-files.ts'
import type { OpenPart } from './part-file.ts'
import type { QueryPlan } from './query-plan.ts'
import type { StoreFiles } from './store-files.ts'
import { feedApart, feedCells, feedSamples } from './subject-scan.ts'
import type { TimeRange } from './subject-scan.ts'
import { DAY_MS, FINE_MS, floorTo, HOUR_MS } from './time-spans.ts'

/** What a query reads from. */
export interface QuerySources {
  readonly head: Head
  readonly files: StoreFiles
  /** Days whose hour rollups may be older than their 5-minute ones. */
  readonly openDays: ReadonlySet<number>
}

/** Where an hour is read from. */
type Source = 'coarse' | 'fine' | 'raw'

interface Run extends TimeRange {
  readonly source: Source
}

/** What there is of one subject on one day. */
interface SubjectDay {
  readonly subject: number
  readonly dayMs: number
  readonly range: TimeRange
  readonly dirty: ReadonlySet<number>
  readonly head: ReadonlyMap<number, readonly HourRows[]>
  /** Hour windows; none where they can't be used. */
  readonly coarse: readonly Chunk[]
  /** 5-minute windows of the whole day, and of single hours, which come before those. */
  readonly fine: { readonly day: readonly Chunk[]; readonly hours: ReadonlyMap<number, Chunk[]> }
}

/**
 * Reads all that a query wants of one subject, in the order of time. Each hour comes from one source: a dirty one (head or recent parts
 * have samples of it) from raw data in all three places, another from the coarsest rollup that answers exactly.
 */
export class SubjectReader {
  readonly #plan: QueryPlan
  readonly #sources: QuerySources
  readonly #answer: Answer
  /** No file begins before: a query from 1970 on looks at no day in vain. */
  readonly #heldSinceMs: number

  constructor(plan: QueryPlan, sources: QuerySources, answer: Answer) {
    this.#plan = plan
    this.#sources = sources
    this.#answer = answer
    const { raw, fine, coarse } = sources.files
    this.#heldSinceMs = Math.min(
      ...[raw, fine, coarse].map((files) => files.starts()[0] ?? Infinity),
    )
  }

  /** Subjects that may have samples in the range, in the order of their numbers. Opens the files and so makes their series known. */
  subjects(): number[] {
    const { head, files } = this.#sources
    const found = new Set([...head.subjects, ...files.recent.subjects])
    for (const dayMs of this.#days(new Set())) {
      this.#filesOf(dayMs).read(dayMs, undefined, (file) => {
        for (const subject of file.members.keys()) found.add(subject)
      })
    }
    return [...found].toSorted((a, b) => a - b)
  }

  /** The coarsest files that can be used for a day: they name all series that finer ones name. */
  #filesOf(dayMs: number): PartFiles {
    const { canUseCoarse, canUseFine } = this.#plan
    const { openDays, files } = this.#sources
    const { raw, fine, coarse } = files
    if (canUseCoarse && coarse.has(dayMs) && !openDays.has(dayMs)) return coarse
    return canUseFine && fine.has(dayMs) ? fine : raw
  }

  read(subject: number): void {
    const { head, files } = this.#sources
    const { readFromMs, query } = this.#plan
    const headHours = head.hoursOf(subject)
    const dirty = new Set([...files.recent.hoursOf(subject).keys(), ...headHours.keys()])
    for (const dayMs of this.#days(dirty)) {
      if (!this.#mayHave(subject, dayMs, dirty)) continue
      const range = {
        fromMs: Math.max(readFromMs, dayMs),
        toMs: Math.min(query.toMs, dayMs + DAY_MS),
      }
      this.#readDay(this.#openDay(subject, dayMs, range, dirty, headHours))
    }
    this.#answer.closeSubject()
  }

  /** Most subjects have nothing of most measurements: their days are passed over without opening the finer files. */
  #mayHave(subject: number, dayMs: number, dirty: ReadonlySet<number>): boolean {
    // What can't be read may have it: another file may say.
    const isNamed = this.#filesOf(dayMs).read(
      dayMs,
      true,
      (file) => this.#plan.wantedSets(file.setsOf(subject)).size > 0,
    )
    return (
      isNamed || hoursOf({ fromMs: dayMs, toMs: dayMs + DAY_MS }).some((hour) => dirty.has(hour))
    )
  }

  /** Days of the range of which anything may be known. */
  *#days(dirty: ReadonlySet<number>): Iterable<number> {
    const { raw, fine, coarse } = this.#sources.files
    const { readFromMs, query } = this.#plan
    const dirtyDays = new Set([...dirty].map((hourMs) => floorTo(hourMs, DAY_MS)))
    const beginMs = Math.max(readFromMs, Math.min(this.#heldSinceMs, ...dirtyDays))
    for (let dayMs = floorTo(beginMs, DAY_MS); dayMs < query.toMs; dayMs += DAY_MS) {
      if ([raw, fine, coarse].some((files) => files.has(dayMs)) || dirtyDays.has(dayMs)) yield dayMs
    }
  }

  #openDay(
    subject: number,
    dayMs: number,
    range: TimeRange,
    dirty: ReadonlySet<number>,
    head: SubjectDay['head'],
  ): SubjectDay {
    const { canUseCoarse, canUseFine } = this.#plan
    const { files, openDays } = this.#sources
    const coarse =
      canUseCoarse && !openDays.has(dayMs)
        ? toChunks(this.#stored(files.coarse, subject, dayMs, DAY_MS))
        : []
    const day = { subject, dayMs, range, dirty, head, coarse, fine: { day: [], hours: NO_HOURS } }
    const needsFine = canUseFine && hoursOf(range).some((hourMs) => !this.#isCoarse(day, hourMs))
    if (!needsFine) return day
    const parts = this.#stored(files.fine, subject, dayMs, DAY_MS)
    const hourParts = parts.filter(({ spanMs }) => spanMs === HOUR_MS)
    const fine = {
      day: toChunks(parts.filter(({ spanMs }) => spanMs === DAY_MS)),
      hours: byHour(hourParts),
    }
    return { ...day, fine }
  }

  #readDay(day: SubjectDay): void {
    for (const run of this.#runs(day)) {
      if (run.source === 'raw') this.#feedRaw(day, run)
      else if (run.source === 'fine') this.#feedFine(day, run)
      else feedCells(this.#plan, this.#answer, day.subject, day.coarse, run)
    }
  }

  /** Divides the range by source; hours that follow each other with one source are one run. */
  #runs(day: SubjectDay): Run[] {
    const runs: { source: Source; fromMs: number; toMs: number }[] = []
    for (const hourMs of hoursOf(day.range)) {
      const source = this.#sourceOf(day, hourMs)
      const last = runs.at(-1)
      const toMs = Math.min(hourMs + HOUR_MS, day.range.toMs)
      if (last?.source === source) last.toMs = toMs
      else runs.push({ source, fromMs: Math.max(hourMs, day.range.fromMs), toMs })
    }
    return runs
  }

  #sourceOf(day: SubjectDay, hourMs: number): Source {
    if (day.dirty.has(hourMs)) return 'raw'
    if (this.#isCoarse(day, hourMs)) return 'coarse'
    const { fine, range } = day
    if (fine.day.length === 0 && !fine.hours.has(hourMs)) return 'raw'
    const fromMs = Math.max(range.fromMs, hourMs)
    const toMs = Math.min(range.toMs, hourMs + HOUR_MS)
    if (!this.#plan.areWhole(FINE_MS, { fromMs, toMs })) return 'raw'
    // A window that is cut by the range needs raw data, as long as there are any.
    const isWhole = fromMs % FINE_MS === 0 && toMs % FINE_MS === 0
    return isWhole || !this.#sources.files.raw.has(day.dayMs) ? 'fine' : 'raw'
  }

  /** Whether an hour is answered from hour windows: it is clean, the range has all of it, and no window of the answer ends in it. */
  #isCoarse({ coarse, dirty, range }: SubjectDay, hourMs: number): boolean {
    const hour = { fromMs: hourMs, toMs: hourMs + HOUR_MS }
    const isInRange = hour.fromMs >= range.fromMs && hour.toMs <= range.toMs
    if (coarse.length === 0 || !isInRange || dirty.has(hourMs)) return false
    return this.#plan.areWhole(HOUR_MS, hour)
  }

  #feedFine({ subject, fine }: SubjectDay, { fromMs, toMs }: Run): void {
    const [plan, answer] = [this.#plan, this.#answer]
    const whole = { fromMs, toMs: floorTo(toMs, FINE_MS) }
    if (fine.hours.size === 0) {
      feedCells(plan, answer, subject, fine.day, whole)
      return
    }
    for (const hourMs of hoursOf(whole)) {
      const range = {
        fromMs: Math.max(hourMs, fromMs),
        toMs: Math.min(hourMs + HOUR_MS, whole.toMs),
      }
      feedCells(plan, answer, subject, fine.hours.get(hourMs) ?? fine.day, range)
    }
  }

  #feedRaw(day: SubjectDay, run: Run): void {
    const { files } = this.#sources
    const { subject, dirty, head } = day
    const fromMs = floorTo(run.fromMs, HOUR_MS)
    const merged = byHour(this.#stored(files.raw, subject, fromMs, run.toMs - fromMs))
    const hours = hoursOf(run)
    const hasRecent = hours.some((hourMs) => files.recent.hoursOf(subject).has(hourMs))
    const recent = hasRecent ? this.#recentByHour(subject, fromMs, run.toMs) : NO_HOURS
    for (const hourMs of hours) {
      const chunks = merged.get(hourMs) ?? []
      if (!dirty.has(hourMs)) {
        feedApart(this.#plan, this.#answer, subject, chunks, run)
        continue
      }
      const all = [
        ...chunks,
        ...(recent.get(hourMs) ?? []),
        ...this.#wanted(head.get(hourMs) ?? []),
      ]
      feedSamples(this.#plan, this.#answer, subject, all, run)
    }
  }

  #recentByHour(subject: number, fromMs: number, toMs: number): ReadonlyMap<number, Chunk[]> {
    const { recent } = this.#sources.files
    const sets = this.#plan.wantedSets(recent.setsOf(subject))
    return byHour(recent.parts(subject, fromMs, toMs, sets))
  }

  #wanted(chunks: readonly HourRows[]): HourRows[] {
    return chunks.filter(({ set }) => this.#plan.columnsOf(set).length > 0)
  }

  #stored(
    files: PartFiles,
    subject: number,
    fromMs: number,
    lengthMs: number,
  ): readonly OpenPart[] {
    return files.read<readonly OpenPart[]>(fromMs, [], (file) => {
      const sets = this.#plan.wantedSets(file.setsOf(subject))
      return sets.size === 0 ? [] : file.parts(subject, fromMs, fromMs + lengthMs, sets)
    })
  }
}

function toChunks(parts: readonly OpenPart[]): Chunk[] {
  return parts.map(({ part }) => part)
}

function byHour(parts: readonly OpenPart[]): Map<number, Chunk[]> {
  const hours = new Map<number, Chunk[]>()
  for (const { startMs, part } of parts) {
    const chunks = hours.get(startMs)
    if (chunks === undefined) hours.set(startMs, [part])
    else chunks.push(part)
  }
  return hours
}

const NO_HOURS: ReadonlyMap<number, Chunk[]> = new Map()

function hoursOf({ fromMs, toMs }: TimeRange): number[] {
  const hours: number[] = []
  for (let hourMs = floorTo(fromMs, HOUR_MS); hourMs < toMs; hourMs += HOUR_MS) hours.push(hourMs)
  return hours
}
