import { comparePositions, type Position } from '@wardround/journal'
import type { SampleBlock } from '@wardround/protocol'
import type { Registry } from './file-names.ts'
import { GROUP_COLUMNS, GROUP_ROWS, HeadGroup } from './head-group.ts'
import type { HourRows } from './head-group.ts'

/** A group whose rows are older is sealed, full or not. */
const HEAD_MS = 15 * 60_000
/** A group without samples for so long gives its memory back; its series get a new one when they return. */
const IDLE_MS = 75 * 60_000

const NO_CELLS = new Float64Array(0)

/** The samples that are in no file yet. */
export class Head {
  readonly #registry: Registry
  /** Codes the rows of a group and takes them over; the group is cleared afterwards. */
  readonly #seal: (group: HeadGroup) => void
  /** Numbers in `#groupOf` begin with 1; 0 = none. */
  readonly #groups: (HeadGroup | undefined)[] = [undefined]
  readonly #free: number[] = []
  readonly #bySubject = new Map<number, Set<HeadGroup>>()
  #groupOf = new Uint32Array(1024)
  #columnOf = new Uint8Array(1024)
  #seriesActive = 0

  constructor(registry: Registry, seal: (group: HeadGroup) => void) {
    this.#registry = registry
    this.#seal = seal
  }

  get seriesActive(): number {
    return this.#seriesActive
  }

  /** The rows of a subject by hour. */
  hoursOf(subject: number): Map<number, HourRows[]> {
    const hours = new Map<number, HourRows[]>()
    for (const group of this.#groupsOf(subject)) {
      if (group.rows === 0) continue
      this.#nameSet(group)
      for (const rows of group.hours()) {
        const known = hours.get(rows.hourMs)
        if (known === undefined) hours.set(rows.hourMs, [rows])
        else known.push(rows)
      }
    }
    return hours
  }

  /** The sets of a subject's groups. */
  setsOf(subject: number): Set<number> {
    const sets = new Set<number>()
    for (const group of this.#groupsOf(subject)) {
      this.#nameSet(group)
      sets.add(group.set)
    }
    return sets
  }

  get subjects(): Iterable<number> {
    return this.#bySubject.keys()
  }

  /** Takes the samples of a block; how many of them were new. */
  write(block: SampleBlock, subject: number, position: Position, nowMs: number): number {
    const { series, values, timeMs } = block
    this.#makeRoom(series)
    const newcomers: number[] = []
    const [groupOf, columnOf] = [this.#groupOf, this.#columnOf]
    let group: HeadGroup | undefined
    let groupNumber = -1
    let cells: Float64Array = NO_CELLS
    let start = 0
    let stored = 0
    for (let i = 0; i < series.length; i++) {
      const number = groupOf[series[i]!]!
      if (number !== groupNumber) {
        if (number === 0) {
          newcomers.push(i)
          continue
        }
        group = this.#groups[number]!
        groupNumber = number
        this.#beginRow(group, timeMs, position, nowMs)
        cells = group.cells
        start = group.rowStart
      }
      const place = start + columnOf[series[i]!]!
      // The first of a series and time stays.
      if (Number.isNaN(cells[place]!)) {
        cells[place] = values[i]!
        stored++
      }
    }
    return newcomers.length === 0
      ? stored
      : stored + this.#writeNewcomers(block, newcomers, subject, group, position, nowMs)
  }

  /** Seals what is old and drops what is idle. */
  sealOld(nowMs: number): void {
    for (const group of this.#groups) {
      if (group === undefined) continue
      if (group.rows > 0 && nowMs - group.oldestAtMs >= HEAD_MS) this.#sealGroup(group)
      if (group.rows === 0 && nowMs - group.newestAtMs >= IDLE_MS) this.#drop(group)
    }
  }

  /** Seals the groups of a subject that have rows of an hour. */
  sealSubjectHour(subject: number, hourMs: number): void {
    for (const group of this.#groupsOf(subject)) {
      if (group.hours().some((rows) => rows.hourMs === hourMs)) this.#sealGroup(group)
    }
  }

  sealAll(): void {
    for (const group of this.#groups)
      if (group !== undefined && group.rows > 0) this.#sealGroup(group)
  }

  /** Where the oldest sample came from that is only here. */
  oldest(): Position | undefined {
    let oldest: Position | undefined
    for (const group of this.#groups) {
      const position = group?.oldest
      if (
        position !== undefined &&
        (oldest === undefined || comparePositions(position, oldest) < 0)
      )
        oldest = position
    }
    return oldest
  }

  #groupsOf(subject: number): Iterable<HeadGroup> {
    return this.#bySubject.get(subject) ?? []
  }

  #beginRow(group: HeadGroup, timeMs: number, position: Position, nowMs: number): void {
    if (group.isAt(timeMs)) return
    if (group.isFull) this.#sealGroup(group)
    if (group.rows === 0) {
      group.oldest = position
      group.oldestAtMs = nowMs
    }
    group.newestAtMs = nowMs
    group.addRow(timeMs)
  }

  #sealGroup(group: HeadGroup): void {
    this.#nameSet(group)
    this.#seal(group)
    group.clear()
  }

  #nameSet(group: HeadGroup): void {
    if (group.set >= 0) return
    const shapes = group.series.map((series) => this.#registry.series.shapeIdOf(series))
    group.set = this.#registry.sets.intern(shapes)
  }

  #writeNewcomers(
    block: SampleBlock,
    newcomers: readonly number[],
    subject: number,
    last: HeadGroup | undefined,
    position: Position,
    nowMs: number,
  ): number {
    let group = last
    let stored = 0
    for (const [done, i] of newcomers.entries()) {
      const series = block.series[i]!
      if (this.#groupOf[series] === 0) {
        if (group === undefined || !group.hasRoom)
          group = this.#addGroup(subject, newcomers.length - done)
        this.#columnOf[series] = group.addSeries(series)
        this.#groupOf[series] = group.number
        this.#seriesActive++
      }
      const own = this.#groups[this.#groupOf[series]!]!
      this.#beginRow(own, block.timeMs, position, nowMs)
      const place = own.rowStart + this.#columnOf[series]!
      if (Number.isNaN(own.cells[place]!)) {
        own.cells[place] = block.values[i]!
        stored++
      }
    }
    return stored
  }

  #addGroup(subject: number, wanted: number): HeadGroup {
    const number = this.#free.pop() ?? this.#groups.length
    /** Spread, so that groups that begin together are not all full together. */
    const rowLimit = GROUP_ROWS - ((number * 5) % (GROUP_ROWS / 2))
    const group = new HeadGroup(
      number,
      subject,
      Math.min(GROUP_COLUMNS, Math.max(4, wanted)),
      rowLimit,
    )
    this.#groups[number] = group
    const groups = this.#bySubject.get(subject)
    if (groups === undefined) this.#bySubject.set(subject, new Set([group]))
    else groups.add(group)
    return group
  }

  #drop(group: HeadGroup): void {
    for (const series of group.series) this.#groupOf[series] = 0
    this.#seriesActive -= group.series.length
    this.#groups[group.number] = undefined
    this.#free.push(group.number)
    const groups = this.#bySubject.get(group.subject)
    groups?.delete(group)
    if (groups?.size === 0) this.#bySubject.delete(group.subject)
  }

  #makeRoom(series: Uint32Array): void {
    let highest = 0
    for (let i = 0; i < series.length; i++) if (series[i]! > highest) highest = series[i]!
    if (highest < this.#groupOf.length) return
    const length = Math.ceil((highest + 1) * 1.25)
    const groupOf = new Uint32Array(length)
    groupOf.set(this.#groupOf)
    this.#groupOf = groupOf
    const columnOf = new Uint8Array(length)
    columnOf.set(this.#columnOf)
    this.#columnOf = columnOf
  }
}
