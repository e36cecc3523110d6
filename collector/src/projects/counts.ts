import type { Finding } from '../rules/finding.ts'
import type { Project } from './project.ts'
import type { NumberSource } from './quoted-clause.ts'
import { type ProjectRecord, standing } from './project-record.ts'

const DAY_MS = 86_400_000
/** Up to so many a year are told of before they are due; of more, those that are late. */
const FEW = 4
/** What the contract's time left undone is told of for so long after it. */
const AFTERMATH_MS = 30 * DAY_MS

/** How far the work stands that a contract counts. */
export interface CountState {
  readonly kind: string
  readonly name: Project['file']['counts'][number]['name']
  /** As the file has it. */
  readonly number: NumberSource | undefined
  /** Recorded within the contract's time. */
  readonly done: number
  /** Undefined where only the time between two is fixed. */
  readonly target: number | undefined
  /** By when the next is due; undefined: all are done. Epoch ms. */
  readonly dueMs: number | undefined
  /** From when the time until `dueMs` counts. Epoch ms. */
  readonly sinceMs: number
  /** Of the last one that was recorded. Epoch ms. */
  readonly lastMs: number | undefined
}

/** Work is due evenly over the contract's time, or so long after the last; what was never recorded counts from the contract's start. */
export function countStates(
  project: Project,
  records: readonly ProjectRecord[],
): readonly CountState[] {
  const { fromMs, toMs, file } = project
  return file.counts.map(({ kind, name, atLeast, within }) => {
    const times = standing(records, kind)
      .map(({ atMs }) => atMs)
      .filter((atMs) => fromMs <= atMs && atMs < toMs)
    const done = times.length
    const lastMs = times.length === 0 ? undefined : Math.max(...times)
    const target = atLeast?.value
    if (target === undefined) {
      const sinceMs = lastMs ?? fromMs
      const dueMs = sinceMs + (within?.value ?? 0) * DAY_MS
      return { kind, name, number: within, done, target, lastMs, sinceMs, dueMs }
    }
    const periodMs = (toMs - fromMs) / target
    const sinceMs = fromMs + done * periodMs
    const dueMs = done < target ? sinceMs + periodMs : undefined
    return { kind, name, number: atLeast, done, target, lastMs, sinceMs, dueMs }
  })
}

/** Work that is late, or will be soon. */
export function findCounts(
  project: Project,
  records: readonly ProjectRecord[],
  atMs: number,
): Finding[] {
  if (atMs < project.fromMs || atMs >= project.toMs + AFTERMATH_MS) return []
  return countStates(project, records).flatMap((state): Finding[] => {
    const { kind, name, done, target, dueMs, sinceMs } = state
    if (dueMs === undefined) return []
    const shown = {
      name_zh: name.zh,
      name_en: name.en,
      progress: target === undefined ? String(done) : `${done}/${target}`,
    }
    const basis = project.basisOf([state.number])
    const common = { host: project.id, tags: { count: kind }, basis }
    const overdue = (wantedMs: number): Finding => {
      const details = { ...shown, due: dayOf(project, wantedMs) }
      return { ...common, kind: 'counter_overdue', value: daysSince(wantedMs, atMs), details }
    }
    if (target === undefined || target <= FEW) {
      const details = { ...shown, due: dayOf(project, dueMs) }
      const value = percentOf(state, atMs)
      return [atMs >= dueMs ? overdue(dueMs) : { ...common, kind: 'counter_due', value, details }]
    }
    // what is to be made up has no next period to be behind in
    if (atMs >= project.toMs) return [overdue(project.toMs)]
    const value = 1 + Math.floor((atMs - dueMs) / (dueMs - sinceMs))
    return value < 1 ? [] : [{ ...common, kind: 'counter_behind', value, details: shown }]
  })
}

/** How much of the time until the next is due has passed; below 100 while it is not. */
function percentOf({ sinceMs, dueMs = Infinity }: CountState, atMs: number): number {
  return Math.min(99, Math.round((100 * (atMs - sinceMs)) / (dueMs - sinceMs)))
}

function dayOf({ workDays }: Project, atMs: number): string {
  return new Date(workDays.wallAt(atMs)).toISOString().slice(0, 10)
}

function daysSince(dueMs: number, atMs: number): number {
  return Math.max(1, Math.ceil((atMs - dueMs) / DAY_MS))
}
