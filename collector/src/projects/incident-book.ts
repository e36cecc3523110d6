import type { Alert, Transition } from '../rules/alert.ts'
import { alertId } from '../rules/alerts/live-alert.ts'
import {
  claimed,
  type Incident,
  type IncidentPhase,
  type IncidentAlert,
  isWorse,
  merged,
  namedAfter,
  SAME_FAULT_MS,
  phaseOf,
  toIncident,
  withAlert,
  withoutAlert,
} from './incident.ts'
import { withRecords } from './incident-facts.ts'
import { type Project, slaRowFor } from './project.ts'
import type { ProjectBook } from './project-book.ts'
import type { ProjectRecord } from './project-record.ts'

/** A storm of alerts is one incident to people; beyond so many at once no more are begun, and that is counted. */
const MAX_OPEN = 2_000
/** With those that wait for the user. */
const MAX_KNOWN = 10_000

/** What keeps an alert from being told; `by` is the id of the alert that mutes it. */
export interface AlertHold {
  readonly kind: string
  readonly by: string
}

/** The hold of an alert; undefined: it is told. */
export type HoldOf = (alert: IncidentAlert) => AlertHold | undefined

/** An alert that fires and is part of an incident. */
interface Member {
  readonly alert: Alert
  readonly incident: string
}

/** The incidents that are not over, from the alerts' transitions, their holds, claims and what people record. */
export class IncidentBook {
  readonly #projects: Pick<ProjectBook, 'find'>
  readonly #projectOf: (host: string) => string | undefined
  readonly #open = new Map<string, Incident>()
  readonly #changed = new Map<string, Incident>()
  readonly #members = new Map<string, Member>()
  /** Alerts that fire and are part of none: no clock runs for what nobody is told of, nor for what no contract has a row. */
  readonly #waiting = new Map<string, Alert>()
  #dropped = 0

  /** `projectOf`: of a host or device, as identities and project files have it now. */
  constructor(
    projects: Pick<ProjectBook, 'find'>,
    projectOf: (host: string) => string | undefined,
  ) {
    this.#projects = projects
    this.#projectOf = projectOf
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
   * Makes the incidents fit the alerts that fire, after a restart: one that fires without an incident began, and one whose alerts are gone ended, when
   * nobody could write it down any more. What fired while a collector was alive, and was part of no incident, was promised nothing until then.
   */
  reconcile(
    firing: readonly Alert[],
    holdOf: HoldOf,
    { lastAliveMs = 0, atMs }: { readonly lastAliveMs?: number | undefined; readonly atMs: number },
  ): void {
    const known = new Map(firing.map((alert) => [alertId(alert), alert]))
    for (const incident of this.list()) {
      for (const name of incident.alerts) {
        const alert = known.get(alertId(name))
        if (alert === undefined) this.#end(name, incident.id, atMs)
        else this.#members.set(alertId(name), { alert, incident: incident.id })
      }
    }
    for (const alert of firing)
      this.#look(alert, holdOf(alert), Math.min(Math.max(alert.severitySinceMs, lastAliveMs), atMs))
  }

  /** `hold`: it is not told for now. `nowMs`: nothing began or ended later, whatever the clock of an agent or of this machine says. */
  take({ kind, alert, atMs }: Transition, hold?: AlertHold, nowMs = Infinity): void {
    const id = alertId(alert)
    const member = this.#members.get(id)
    if (kind === 'resolved') {
      this.#waiting.delete(id)
      if (member !== undefined) this.#end(alert, member.incident, Math.min(atMs, nowMs))
    } else this.#look(alert, hold, Math.min(alert.severitySinceMs, nowMs))
  }

  /**
   * Time has passed, and holds, project files and identities may be others: begins the incidents of alerts that are free now, or for which a contract has a
   * row only now (from now on: it promised nothing before), makes alerts and incidents
   * part of those of their causes, and moves incidents to the project that their host is of now.
   */
  follow(holdOf: HoldOf, atMs: number): void {
    const waiting = [...this.#waiting.values()]
    for (const alert of waiting) this.#look(alert, holdOf(alert), atMs)
    for (const incident of this.list()) {
      this.#move(incident)
      if (incident.resolvedMs === undefined) this.#mergeWithCause(incident, holdOf)
      else this.#settle(incident.id)
    }
  }

  /** Somebody took an alert on, of an incident or about its clocks. */
  claim(
    { tags, ...alert }: IncidentAlert & Partial<Pick<Alert, 'tags'>>,
    who: string,
    atMs: number,
  ): void {
    const id = this.#members.get(alertId(alert))?.incident ?? tags?.['incident'] ?? ''
    const incident = this.#open.get(id)
    if (incident !== undefined && incident.resolvedMs === undefined)
      this.#put(claimed(incident, { by: who, atMs }))
  }

  /** The one that goes on, or waits for the user, under an id: it, or the one that it has become a part of. */
  holding(id: string): Incident | undefined {
    return this.#open.get(id) ?? this.list().find(({ parts }) => parts.includes(id))
  }

  /**
   * What people recorded of an incident has changed: `records` is all that stands of it and of its parts, in the order in which it was recorded. One that was
   * over goes on where its end was taken back.
   */
  review(incident: Incident, records: readonly ProjectRecord[]): void {
    const reviewed = withRecords(incident, records)
    if (isSame(reviewed, incident)) return
    if (this.#open.has(incident.id) || this.#phaseOf(reviewed) !== 'closed') this.#put(reviewed)
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

  /** What a firing alert is to the incidents. */
  #look(alert: Alert, hold: AlertHold | undefined, startMs: number): void {
    const id = alertId(alert)
    const member = this.#members.get(id)
    if (member !== undefined) {
      this.#members.set(id, { ...member, alert })
      this.#worsen(member.incident, alert, startMs)
      return
    }
    this.#waiting.delete(id)
    const project = this.#projectFor(alert.host, alert.labels['project'])
    const row = project === undefined ? undefined : slaRowFor(project, alert)
    if (project === undefined || row === undefined) {
      this.#waiting.set(id, alert)
      return
    }
    const known =
      hold === undefined
        ? this.#sameFault(project.id, row.id, alert.host, startMs)
        : this.#ofCause(hold, project.id)
    if (known !== undefined) this.#join(known, alert, startMs)
    else if (hold !== undefined) this.#waiting.set(id, alert)
    else if (!this.#hasRoom()) this.#dropped++
    else {
      const incident = toIncident(alert, { project: project.id, row: row.id, startMs })
      this.#members.set(id, { alert, incident: incident.id })
      this.#put(incident)
    }
  }

  /** The project that a host is of now: an alert keeps the label that it began with. */
  #projectFor(host: string, label: string | undefined): Project | undefined {
    return this.#projects.find(this.#projectOf(host) ?? label ?? '')
  }

  /** That of the same host and row that has just begun, or whose end the user did not accept. */
  #sameFault(project: string, row: string, host: string, startMs: number): Incident | undefined {
    for (const incident of this.#open.values()) {
      if (incident.resolvedMs !== undefined || incident.host !== host) continue
      if (incident.project !== project || incident.row !== row) continue
      const isNear = Math.abs(startMs - incident.startMs) <= SAME_FAULT_MS
      if (isNear || incident.alerts.length === 0) return incident
    }
    return undefined
  }

  /** The incident of the alert that mutes, if it is one of the same project. */
  #ofCause({ kind, by }: AlertHold, project: string): Incident | undefined {
    const member = kind === 'muted' ? this.#members.get(by) : undefined
    const incident = member === undefined ? undefined : this.#open.get(member.incident)
    return incident?.project === project && incident.resolvedMs === undefined ? incident : undefined
  }

  /** An alert of it, or a part, is worse than it has been: the row that fits now holds, from then on. */
  #worsen(id: string, { severity }: Pick<Alert, 'severity'>, rowSinceMs: number): void {
    const incident = this.#open.get(id)
    if (incident === undefined || incident.resolvedMs !== undefined) return
    if (!isWorse(severity, incident.severity)) return
    const project = this.#projects.find(incident.project)
    const row = project === undefined ? undefined : slaRowFor(project, { ...incident, severity })
    this.#put(
      row === undefined || row.id === incident.row
        ? { ...incident, severity }
        : { ...incident, severity, row: row.id, rowSinceMs },
    )
  }

  #join(incident: Incident, alert: Alert, startMs: number): void {
    this.#members.set(alertId(alert), { alert, incident: incident.id })
    this.#put(withAlert(incident, alert, Math.min(startMs, alert.severitySinceMs)))
    this.#worsen(incident.id, alert, startMs)
  }

  #end(alert: IncidentAlert, id: string, atMs: number): void {
    this.#members.delete(alertId(alert))
    const incident = this.#open.get(id)
    if (incident !== undefined && incident.resolvedMs === undefined)
      this.#put(withoutAlert(incident, alert, atMs))
  }

  /** Its project's file, or the row that it is under, is no more: its host's project now has it, under the row that fits. */
  #move(incident: Incident): void {
    const known = this.#projects.find(incident.project)
    if (known?.sla.some(({ id }) => id === incident.row) === true) return
    const project = known ?? this.#projectFor(incident.host, undefined)
    const row = project === undefined ? undefined : slaRowFor(project, incident)
    if (project !== undefined && row !== undefined)
      this.#put({ ...incident, project: project.id, row: row.id })
  }

  /** It waits for the user, and nobody asks the user any more: the project's file, or its `acceptance`, is gone. */
  #settle(id: string): void {
    const incident = this.#open.get(id)
    if (incident !== undefined && this.#phaseOf(incident) === 'closed') this.#put(incident)
  }

  /** Where all its alerts are muted, it becomes part of the incident of what mutes them; where that is its own, it is named after it. */
  #mergeWithCause({ id }: Incident, holdOf: HoldOf): void {
    const incident = this.#open.get(id)
    const first = incident?.alerts[0]
    if (incident === undefined || first === undefined) return
    const named = holdOf(incident)
    const namedCause = named?.kind === 'muted' ? this.#members.get(named.by) : undefined
    if (namedCause?.incident === id) {
      this.#put(namedAfter(incident, namedCause.alert))
      return
    }
    if (holdOf(first)?.kind !== 'muted') return
    const holds = incident.alerts.map(holdOf)
    const causes = holds.map((hold) => hold && this.#ofCause(hold, incident.project))
    const cause = causes.find((one) => one !== undefined && one.id !== id)
    if (cause === undefined || causes.includes(undefined)) return
    for (const name of incident.alerts) {
      const member = this.#members.get(alertId(name))
      if (member !== undefined) this.#members.set(alertId(name), { ...member, incident: cause.id })
    }
    this.#put(merged(cause, incident))
    this.#put({ ...incident, alerts: [], mergedInto: cause.id })
    this.#worsen(cause.id, incident, incident.rowSinceMs ?? incident.startMs)
  }

  #put(incident: Incident): void {
    this.#changed.set(incident.id, incident)
    if (this.#phaseOf(incident) === 'closed') this.#open.delete(incident.id)
    else this.#open.set(incident.id, incident)
  }

  #phaseOf(incident: Incident): IncidentPhase {
    return phaseOf(incident, this.#projects.find(incident.project)?.needsAcceptance ?? false)
  }

  #hasRoom(): boolean {
    if (this.#open.size < MAX_OPEN) return true
    if (this.#open.size >= MAX_KNOWN) return false
    return this.list().filter(({ resolvedMs }) => resolvedMs === undefined).length < MAX_OPEN
  }
}

/** What is undefined may be left out. */
function isSame(one: Incident, other: Incident): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
}

function sorted(incident: Incident): object {
  return Object.fromEntries(Object.entries(incident).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
