import type { Alert, Transition } from '../rules/alert.ts'
import { alertId } from '../rules/alerts/live-alert.ts'
import {
  type Incident,
  type IncidentRecordKind,
  phaseOf,
  toIncident,
  withRecord,
} from './incident.ts'
import { slaRowFor } from './project.ts'
import type { ProjectBook } from './project-book.ts'

/** A storm of alerts is one incident to people; beyond so many at once no more are begun, and that is said. */
const MAX_OPEN = 2_000

/** The incidents that are not over, from the alerts' transitions, claims and what people record. */
export class IncidentBook {
  readonly #projects: Pick<ProjectBook, 'find'>
  /** Rules whose alerts are no incidents: those about the clocks themselves, and about the platform. */
  readonly #isOwn: (ruleId: string) => boolean
  readonly #open = new Map<string, Incident>()
  readonly #changed = new Map<string, Incident>()
  /** Alerts that fire and are held back: no clock runs for what nobody is told of. */
  readonly #held = new Map<string, Alert>()
  #dropped = 0

  constructor(projects: Pick<ProjectBook, 'find'>, isOwn: (ruleId: string) => boolean) {
    this.#projects = projects
    this.#isOwn = isOwn
  }

  /** Not begun for lack of room, since the start. */
  get dropped(): number {
    return this.#dropped
  }

  list(): readonly Incident[] {
    return [...this.#open.values()]
  }

  find(id: string): Incident | undefined {
    return this.#open.get(id)
  }

  /** Takes up those of an earlier process. */
  restore(incidents: readonly Incident[]): void {
    for (const incident of incidents) this.#open.set(incident.id, incident)
  }

  /**
   * Makes the incidents fit the alerts that fire, after a restart: one that fires without an incident began, and one whose alert is gone ended, when nobody
   * could write it down any more.
   */
  reconcile(firing: readonly Alert[], isHeld: (alert: Alert) => boolean, atMs: number): void {
    const ids = new Set(firing.map(alertId))
    for (const incident of this.list())
      if (incident.resolvedMs === undefined && !ids.has(alertId(incident)))
        this.#put({ ...incident, resolvedMs: atMs })
    for (const alert of firing) {
      if (isHeld(alert)) this.hold(alert)
      else this.#begin(alert, alert.severitySinceMs)
    }
  }

  /** `isHeld`: it is not told for now; what it is begins an incident once it is free. */
  take({ kind, alert, atMs }: Transition, isHeld = false): void {
    this.#held.delete(alertId(alert))
    if (kind === 'resolved') this.#resolve(alert, atMs)
    else if (isHeld) this.hold(alert)
    else this.#begin(alert, alert.severitySinceMs)
  }

  /** It fires and is held back. */
  hold(alert: Alert): void {
    this.#held.set(alertId(alert), alert)
  }

  /** Begins the incidents of alerts that were held back and are free now. */
  release(isHeld: (alert: Alert) => boolean, atMs: number): void {
    for (const [id, alert] of this.#held) {
      if (isHeld(alert)) continue
      this.#held.delete(id)
      this.#begin(alert, atMs)
    }
  }

  /** Somebody took an alert on. */
  claim(alert: { readonly ruleId: string; readonly key: string }, who: string, atMs: number): void {
    for (const incident of this.#of(alert))
      if (incident.resolvedMs === undefined) this.#put(withRecord(incident, 'claim', { who, atMs }))
  }

  /** Somebody recorded something of an incident; false where it is not known, or over. */
  record(
    id: string,
    kind: IncidentRecordKind,
    said: { readonly who: string; readonly atMs: number },
  ): boolean {
    const incident = this.#open.get(id)
    if (incident === undefined) return false
    this.#put(withRecord(incident, kind, said))
    return true
  }

  /** What has changed since the last call and must be written down. */
  takeChanges(): readonly Incident[] {
    const changes = [...this.#changed.values()]
    this.#changed.clear()
    return changes
  }

  /** It could not be written: it is given again, unless it has changed once more. */
  returnChanges(changes: readonly Incident[]): void {
    for (const incident of changes)
      if (!this.#changed.has(incident.id)) this.#changed.set(incident.id, incident)
  }

  #begin(alert: Alert, startMs: number): void {
    const project = this.#projects.find(alert.labels['project'] ?? '')
    const row = project === undefined ? undefined : slaRowFor(project, alert)
    if (project === undefined || row === undefined || this.#isOwn(alert.ruleId)) return
    if (this.#of(alert).some(({ resolvedMs }) => resolvedMs === undefined)) return
    if (this.#open.size >= MAX_OPEN) this.#dropped++
    else this.#put(toIncident(alert, { project: project.id, row: row.id, startMs }))
  }

  #resolve(alert: Alert, resolvedMs: number): void {
    for (const incident of this.#of(alert))
      if (incident.resolvedMs === undefined) this.#put({ ...incident, resolvedMs })
  }

  #of({ ruleId, key }: { readonly ruleId: string; readonly key: string }): Incident[] {
    return this.list().filter((incident) => incident.ruleId === ruleId && incident.key === key)
  }

  #put(incident: Incident): void {
    this.#changed.set(incident.id, incident)
    const needsAcceptance = this.#projects.find(incident.project)?.needsAcceptance ?? false
    if (phaseOf(incident, needsAcceptance) === 'closed') this.#open.delete(incident.id)
    else this.#open.set(incident.id, incident)
  }
}
