import type { Logger } from '@wardround/program'
import type { Alerting } from '../notify/alerting.ts'
import { type Incident, phaseOf } from './incident.ts'
import type { HoldOf, IncidentBook } from './incident-book.ts'
import type { ProjectBook } from './project-book.ts'
import type { ProjectRecord } from './project-record.ts'
import { RecordShelf } from './record-shelf.ts'
import type { State } from '../state/state.ts'

export interface ProjectDeskParts {
  readonly projects: ProjectBook
  /** With those of an earlier process in it. */
  readonly incidents: IncidentBook
  readonly state: Pick<State, 'projects'>
  readonly alerting: Pick<
    Alerting,
    'onTransition' | 'isOwnRule' | 'listAlerts' | 'dispatching' | 'nowMs'
  >
  /** When a collector was alive last before this start, epoch ms; undefined: never. */
  readonly lastAliveMs: number | undefined
  /** How long records are kept. */
  readonly keepMs: () => number
  readonly log: Logger
}

/** What a person says: the server adds when it was recorded. */
export type SaidRecord = Omit<ProjectRecord, 'id' | 'recordedAtMs'>

/** What people have recorded, and the incidents that go on; both outlive the process. */
export interface ProjectDesk extends AsyncDisposable {
  readonly incidents: IncidentBook
  records(project: string): readonly ProjectRecord[]
  /** The clock that incidents begin by, and that theirs are read at: that of alerts. */
  nowMs(): number
  /** Durable when it resolves; undefined: there is no room for more of this project. */
  record(said: SaidRecord): Promise<ProjectRecord | undefined>
  status(): ProjectDeskStatus
}

interface ProjectDeskStatus {
  readonly incidents: number
  /** Refused for lack of room, since the start. */
  readonly recordsRefused: number
  /** Of earlier processes, without room at the start. */
  readonly recordsPassedOver: number
}

const SAVE_EVERY_MS = 1_000

export async function openProjectDesk(parts: ProjectDeskParts): Promise<ProjectDesk> {
  const { incidents, state, alerting, log } = parts
  const nowMs = () => alerting.nowMs()
  const shelf = new RecordShelf(await state.projects.records())
  if (shelf.passedOver > 0)
    log.error(
      { records: shelf.passedOver },
      'records of projects had no room; they are not counted',
    )
  let recordsRefused = 0
  const holdOf: HoldOf = (alert) => {
    const hold = alerting.dispatching.look((dispatcher) => dispatcher.get(alert)?.hold)
    // what was wrong before it was watched is told late, and yet must be seen to
    return hold?.kind === 'digest' ? undefined : hold
  }
  const firing = alerting
    .listAlerts()
    .filter(({ phase, ruleId }) => phase !== 'pending' && !alerting.isOwnRule(ruleId))
  incidents.reconcile(firing, holdOf, { lastAliveMs: parts.lastAliveMs, atMs: nowMs() })
  alerting.onTransition((transition) => {
    const { alert } = transition
    if (!alerting.isOwnRule(alert.ruleId)) incidents.take(transition, holdOf(alert), nowMs())
  })

  // A process may have been killed between a record and what follows from it.
  for (const incident of incidents.list())
    incidents.review(incident, shelf.about([incident.id, ...incident.parts]))

  /** What a record says of an incident, or takes back of what was said. */
  const review = async ({ project, incident, cancels }: SaidRecord) => {
    const about = cancels === undefined ? incident : shelf.find(project, cancels)?.incident
    if (about === undefined) return
    const known = incidents.holding(about) ?? (await state.projects.incident(about))
    if (known !== undefined) incidents.review(known, shelf.about([known.id, ...known.parts]))
  }

  const saving = startSaving(parts, holdOf)

  return {
    incidents,
    records: (project) => shelf.list(project),
    nowMs,
    async record(said) {
      const recordedAtMs = nowMs()
      if (!shelf.makeRoom(said.project, recordedAtMs - parts.keepMs())) {
        recordsRefused++
        return undefined
      }
      const record = { ...said, recordedAtMs }
      const id = await state.projects.append(record)
      const known = { ...record, id }
      shelf.add(known)
      await review(said)
      await saving.save()
      return known
    },
    status: () => ({
      incidents: incidents.list().length,
      recordsRefused,
      recordsPassedOver: shelf.passedOver,
    }),
    [Symbol.asyncDispose]: () => saving[Symbol.asyncDispose](),
  }
}

interface Saving extends AsyncDisposable {
  /** Resolves when all that has changed is saved, or could not be. */
  save(): Promise<void>
}

/** Lets the incidents follow what holds their alerts, and saves what has changed, every second. */
function startSaving(
  { projects, incidents, state, alerting, log }: ProjectDeskParts,
  holdOf: HoldOf,
): Saving {
  const isOpen = (incident: Incident) =>
    phaseOf(incident, projects.find(incident.project)?.needsAcceptance ?? false) !== 'closed'
  let failing = false
  let lost = false
  let saving = Promise.resolve()
  const write = async () => {
    try {
      incidents.follow(holdOf, alerting.nowMs())
      lost = false
    } catch (error) {
      if (!lost) log.error({ err: error }, 'incidents could not follow what holds their alerts')
      lost = true
    }
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
  const save = () => (saving = saving.then(write))
  const timer = setInterval(() => void save(), SAVE_EVERY_MS).unref()
  return {
    save,
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await save()
    },
  }
}
