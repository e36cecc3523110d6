import type { ProjectRecord } from './project-record.ts'

/** Records of one project that are kept in memory; a contract asks for less than a hundred a year. */
export const MAX_RECORDS = 10_000

/** What people have recorded, by project, the oldest first, as far as there is room. */
export class RecordShelf {
  readonly #records = new Map<string, ProjectRecord[]>()
  readonly #ofIncident = new Map<string, ProjectRecord[]>()
  readonly #takenBack = new Set<number>()
  #passedOver = 0

  /** Takes up those of an earlier process; where there are too many, the newest of each project. */
  constructor(records: readonly ProjectRecord[]) {
    for (const record of records) this.#of(record.project).push(record)
    for (const [project, all] of this.#records) {
      this.#passedOver += Math.max(0, all.length - MAX_RECORDS)
      this.#records.set(project, all.slice(-MAX_RECORDS))
    }
    for (const all of this.#records.values()) for (const record of all) this.#index(record)
  }

  /** Of earlier processes, without room: they are in the database, and counted no more. */
  get passedOver(): number {
    return this.#passedOver
  }

  list(project: string): readonly ProjectRecord[] {
    return this.#records.get(project) ?? []
  }

  find(project: string, id: number): ProjectRecord | undefined {
    return this.list(project).find((record) => record.id === id)
  }

  /** What stands of these incidents, in the order in which it was recorded. */
  about(incidents: readonly string[]): readonly ProjectRecord[] {
    return incidents
      .flatMap((id) => this.#ofIncident.get(id) ?? [])
      .filter(({ id, cancels }) => cancels === undefined && !this.#takenBack.has(id))
      .toSorted((a, b) => a.id - b.id)
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
    this.#index(record)
  }

  #index(record: ProjectRecord): void {
    const { incident, cancels } = record
    if (cancels !== undefined) this.#takenBack.add(cancels)
    if (incident === undefined) return
    const known = this.#ofIncident.get(incident)
    if (known === undefined) this.#ofIncident.set(incident, [record])
    else known.push(record)
  }

  #of(project: string): ProjectRecord[] {
    const known = this.#records.get(project)
    if (known !== undefined) return known
    const all: ProjectRecord[] = []
    this.#records.set(project, all)
    return all
  }
}
