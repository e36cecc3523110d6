import type { Logger } from '@wardround/program'
import type { Alerting } from '../notify/alerting.ts'
import type { Alert } from '../rules/alert.ts'
import { INCIDENT_RECORDS, type Incident, phaseOf } from './incident.ts'
import { IncidentBook } from './incident-book.ts'
import type { ProjectBook } from './project-book.ts'
import type { ProjectRecord } from './project-record.ts'
import type { State } from '../state/state.ts'

export interface ProjectDeskParts {
  readonly projects: ProjectBook
  readonly state: Pick<State, 'projects'>
  readonly alerting: Pick<Alerting, 'onTransition' | 'isOwnRule' | 'listAlerts' | 'dispatching'>
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
  const isHeld = (alert: Alert) => {
    const kind = alerting.dispatching.look((dispatcher) => dispatcher.get(alert)?.hold?.kind)
    // what was wrong before it was watched is told late, and yet must be seen to
    return kind !== undefined && kind !== 'digest'
  }
  const firing = alerting.listAlerts().filter(({ phase }) => phase !== 'pending')
  incidents.reconcile(firing, isHeld, nowMs())
  alerting.onTransition((transition) => incidents.take(transition, isHeld(transition.alert)))

  let failing = false
  let saving = Promise.resolve()
  const write = async () => {
    incidents.release(isHeld, nowMs())
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
  /** Resolves when all that has changed is saved, or could not be. */
  const save = () => (saving = saving.then(write))
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
      await save()
      return known
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await save()
    },
  }
}
