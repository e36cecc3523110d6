import type { Logger } from '@wardround/program'
import type { Alerting } from './notify/alerting.ts'
import { INCIDENT_RECORDS, type Incident, phaseOf } from './projects/incident.ts'
import { IncidentBook } from './projects/incident-book.ts'
import type { ProjectBook } from './projects/project-book.ts'
import type { ProjectRecord } from './projects/project-record.ts'
import type { State } from './state/state.ts'

export interface ProjectDeskParts {
  readonly projects: ProjectBook
  readonly state: Pick<State, 'projects'>
  readonly alerting: Pick<Alerting, 'onTransition' | 'isOwnRule'>
  readonly log: Logger
  readonly nowMs: () => number
}

/** What a person says: the server adds when it was recorded. */
export type SaidRecord = Omit<ProjectRecord, 'id' | 'recordedAtMs'>

/** What people have recorded, and the incidents that go on; both outlive the process. */
export interface ProjectDesk extends AsyncDisposable {
  readonly incidents: IncidentBook
  records(project: string): readonly ProjectRecord[]
  /** Durable when it resolves. */
  record(said: SaidRecord): Promise<ProjectRecord>
}

const SAVE_EVERY_MS = 1_000

export async function openProjectDesk(parts: ProjectDeskParts): Promise<ProjectDesk> {
  const { projects, state, alerting, log, nowMs } = parts
  const all = await state.projects.records()
  const incidents = new IncidentBook(projects, (id) => alerting.isOwnRule(id))
  incidents.restore(await state.projects.openIncidents())
  alerting.onTransition((transition) => incidents.take(transition))

  let failing = false
  const save = async () => {
    const changes = incidents.takeChanges()
    if (changes.length === 0) return
    try {
      await state.projects.putIncidents(
        changes.map((incident) => ({ incident, isOpen: isOpen(incident) })),
      )
      failing = false
    } catch (error) {
      incidents.returnChanges(changes)
      if (!failing) log.error({ err: error }, 'incidents could not be saved')
      failing = true
    }
  }
  const isOpen = (incident: Incident) =>
    phaseOf(incident, projects.find(incident.project)?.needsAcceptance ?? false) !== 'closed'
  const timer = setInterval(() => void save(), SAVE_EVERY_MS).unref()

  return {
    incidents,
    records: (project) => all.filter((record) => record.project === project),
    async record(said) {
      const record = { ...said, recordedAtMs: nowMs() }
      const id = await state.projects.append(record)
      const known = { ...record, id }
      all.push(known)
      const { incident, who, atMs } = said
      const kind = INCIDENT_RECORDS.find((one) => one === said.kind)
      if (incident !== undefined && kind !== undefined)
        incidents.record(incident, kind, { who, atMs })
      return known
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await save()
    },
  }
}
