import { askCollector } from './api.ts'

export interface ProjectRow {
  readonly id: string
  readonly name: string
  readonly contract: { readonly document: string; readonly from: string; readonly to: string }
  /** How many hosts, sources, jobs, flows and identities are not as the project file says. */
  readonly differences: number
  readonly incidents: number
  readonly onDuty: readonly string[]
}

/** One clock of an incident; times are RFC 3339. */
export interface ClockRow {
  readonly name: string
  readonly phase: 'running' | 'over' | 'kept' | 'broken'
  readonly limit: string
  readonly due: string | null
  readonly usedPercent: number
}

export interface IncidentRow {
  readonly id: string
  readonly host: string
  readonly severity: 'info' | 'warning' | 'critical'
  readonly summary: string
  /** That it has had. */
  readonly alerts: number
  readonly row: string
  readonly phase: 'open' | 'awaitingAcceptance' | 'closed'
  readonly start: string | null
  readonly claimedBy: string | null
  readonly clocks: readonly ClockRow[]
}

/** A time in which the service is guarded more closely; whole days. */
export interface GuardRow {
  readonly name: string
  readonly from: string
  readonly to: string
}

export interface CountRow {
  readonly kind: string
  readonly name: string
  readonly done: number
  readonly target: number | null
  readonly due: string | null
  readonly last: string | null
}

/** What the project file says and what is there, in the reader's words. */
export interface DifferenceRow {
  readonly host: string
  readonly expected: string
  readonly seen: string
}

export interface RecordRow {
  readonly id: number
  readonly kind: string
  readonly who: string
  readonly what: string
  readonly at: string
}

export interface ProjectAnswer extends Omit<ProjectRow, 'incidents' | 'differences'> {
  readonly hosts: readonly {
    readonly name: string
    readonly role: string
    readonly place: string | null
    readonly lastSeen: string | null
  }[]
  readonly differences: readonly DifferenceRow[]
  readonly counts: readonly CountRow[]
  readonly duty: {
    readonly now: readonly { readonly name: string }[]
    readonly least: number
    readonly guard: { readonly now: readonly GuardRow[]; readonly next: GuardRow | null }
  }
  readonly incidents: readonly IncidentRow[]
  readonly records: readonly RecordRow[]
}

/** What somebody did; of an incident where it is named. */
export interface NewRecord {
  readonly kind: string
  readonly who: string
  readonly what: string
  readonly incident?: string
}

export async function fetchProjects(signal: AbortSignal): Promise<readonly ProjectRow[]> {
  return (await askCollector<{ projects: ProjectRow[] }>('/api/v1/projects', { signal })).projects
}

export function fetchProject(id: string, signal: AbortSignal): Promise<ProjectAnswer> {
  return askCollector(`/api/v1/projects/${encodeURIComponent(id)}`, { signal })
}

export function addRecord(project: string, record: NewRecord): Promise<unknown> {
  const path = `/api/v1/projects/${encodeURIComponent(project)}/records`
  return askCollector(path, { method: 'POST', body: record })
}
