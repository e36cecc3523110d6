import type { ProjectRecord } from './project-record.ts'

/** Records of one project that are kept in memory; a contract asks for less than a hundred a year. */
export const MAX_RECORDS = 10_000

/** What people have recorded, by project, the oldest first, as far as there is room. */
export class RecordShelf {
  readonly #records = new Map<string, ProjectRecord[]>()
  #passedOver = 0

  /** Takes up those of an earlier process; where there are too many, the newest of each project. */
  constructor(records: readonly ProjectRecord[]) {
    for (const record of records) this.#of(record.project).push(record)
    for (const [project, all] of this.#records) {
      this.#passedOver += Math.max(0, all.length - MAX_RECORDS)
      this.#records.set(project, all.slice(-MAX_RECORDS))
    }
  }

  /** Of earlier processes, without room: they are in the database, and counted no more. */
  get passedOver(): number {
    return this.#passedOver
  }

  list(project: string): readonly ProjectRecord[] {
    return this.#records.get(project) ?? []
  }

  /** Makes room by forgetting records of before a time, which the database no longer keeps; false: there is none. */
  makeRoom(project: string, beforeMs: number): boolean {
    const all = this.#of(project)
    if (all.length < MAX_RECORDS) return true
    const kept = all.filter(({ atMs }) => atMs >= beforeMs)
    this.#records.set(project, kept)
    return kept.length < MAX_RECORDS
  }

  add(record: ProjectRecord): void {
    this.#of(record.project).push(record)
  }

  #of(project: string): ProjectRecord[] {
    const known = this.#records.get(project)
    if (known !== undefined) return known
    const all: ProjectRecord[] = []
    this.#records.set(project, all)
    return all
  }
}
