import type { Language } from '@wardround/program'
import type { LiveEvent } from '@wardround/protocol'
import type { Alert } from '../rules/alert.ts'
import type { AgentRows } from './agent-rows.ts'
import { AlertDifferences, toAlertRow, toAlertRows, type StandingOf } from './alert-rows.ts'
import type { CurrentValues } from './current-values.ts'
import type { LiveSource } from './live-stream.ts'

export interface ChangeSources {
  readonly rows: AgentRows
  readonly current: CurrentValues
  alerts(): readonly Alert[]
  /** How an alert stands with people. */
  standingOf: StandingOf
}

/** The values of alerts are told anew every so many looks; their coming and going at once. */
const VALUES_EVERY = 5

/** What a page that follows is told: all of it, or what has changed since the last look. */
export class CollectorChanges implements LiveSource {
  readonly #sources: ChangeSources
  readonly #differences = new AlertDifferences()
  readonly #hosts = new Set<string>()
  #alertsChanged = false
  #looks = 0

  constructor(sources: ChangeSources) {
    this.#sources = sources
  }

  /** A host came, went, or is described otherwise. */
  hostChanged(host: string): void {
    this.#hosts.add(host)
  }

  /** An alert began, ended, or changed. */
  alertChanged(): void {
    this.#alertsChanged = true
  }

  snapshot(language: Language): LiveEvent[] {
    const hosts = this.#sources.rows.list().map((host): LiveEvent => ({ type: 'host', host }))
    const alerts = toAlertRows(this.#sources.alerts(), this.#sources.standingOf, language)
    return [...hosts, ...alerts.map((alert): LiveEvent => ({ type: 'alert', alert }))]
  }

  drainChanges(): (language: Language) => LiveEvent[] {
    const { rows, current, standingOf } = this.#sources
    const changed = new Set([...this.#hosts, ...current.drainChanged()])
    this.#hosts.clear()
    const hosts = [...changed].map((host): LiveEvent => ({ type: 'host', host: rows.of(host) }))
    const difference = this.#drainAlerts()
    return (language) => [
      ...hosts,
      ...difference.gone.map((fingerprint): LiveEvent => ({ type: 'resolved', fingerprint })),
      ...difference.changed.map((alert): LiveEvent => ({
        type: 'alert',
        alert: toAlertRow(alert, standingOf(alert), language),
      })),
    ]
  }

  #drainAlerts() {
    this.#looks++
    if (!this.#alertsChanged && this.#looks % VALUES_EVERY !== 0) return { changed: [], gone: [] }
    this.#alertsChanged = false
    return this.#differences.take(this.#sources.alerts(), this.#sources.standingOf)
  }
}
