import { expect } from 'vitest'
import type { AcceptedBatch } from '../../accepted-batch.ts'
import type { RuleStateRow, Transition } from '../alert.ts'
import { RuleEngine, type RuleEngineOptions } from '../engine.ts'
import { alertId } from '../alerts/live-alert.ts'
import { rulesFromYaml } from './rules-from-yaml.ts'
import { SampleFeed, type Point } from './sample-feed.ts'

export const START_MS = Date.UTC(2026, 10, 22, 4)
export const MINUTE = 60_000

export const TEXT = `
    summary: {zh: "{{host}} {{value}}", en: "{{host}} {{value}}"}`

export const RULES = `rules:
  - id: cpu
    name: {zh: CPU, en: CPU}
    value: cpu.usage_active
    where: {cpu: cpu-total}
    warning: {above: 80, for: 2m, clear: {below: 70, for: 1m}}
    critical: {above: 90, for: 2m, clear: {below: 85, for: 1m}}${TEXT}
  - id: offline
    name: {zh: 失联, en: Silent}
    noData: agent
    critical: {for: 3m, clear: {heartbeats: 2}}${TEXT}
`

/** Two engines' worth of tools: what a collector is to its rules, with a disk that keeps rows. */
export class EngineBench {
  readonly feed = new SampleFeed()
  readonly rows = new Map<string, RuleStateRow>()
  engine: RuleEngine
  atMs = START_MS
  readonly seen: Transition[] = []
  readonly #options: Omit<RuleEngineOptions, 'directory'>

  constructor(text = RULES, more: Partial<RuleEngineOptions> = {}) {
    this.#options = {
      rules: rulesFromYaml(text),
      subjectLabels: (host) => ({ project: host === 'db1' ? 'his' : '', role: 'db' }),
      ...more,
    }
    this.engine = this.#open()
  }

  #open(): RuleEngine {
    return new RuleEngine({ ...this.#options, directory: this.feed.table })
  }

  cpu(value: number, more: Partial<AcceptedBatch> = {}, host = 'db1'): string[] {
    const point = {
      measurement: 'cpu',
      tags: { cpu: 'cpu-total' },
      fields: { usage_active: value },
    }
    return this.points([point], more, host)
  }

  points(points: readonly Point[], more: Partial<AcceptedBatch> = {}, host = 'db1'): string[] {
    const batch = this.feed.batch(host, more.receivedAtMs ?? this.atMs, points, more)
    return this.note(this.engine.accept(batch, this.atMs))
  }

  tick(): string[] {
    return this.note(this.engine.tick(this.atMs))
  }

  /** A value every ten seconds for so many minutes. */
  hold(value: number, minutes: number): string[] {
    const seen: string[] = []
    for (let index = 0; index < minutes * 6; index++) {
      seen.push(...this.cpu(value), ...this.tick())
      this.atMs += 10_000
    }
    return seen
  }

  save(): void {
    const { put, remove } = this.engine.takeChanges(this.atMs)
    for (const row of remove) this.rows.delete(alertId(row))
    for (const row of put) this.rows.set(alertId(row), row)
  }

  /** Saves, dies, comes back after a while with what was saved. */
  restart(downMs: number): string[] {
    this.save()
    this.atMs += downMs
    this.engine = this.#open()
    const { transitions, unreadable } = this.engine.restore([...this.rows.values()], {
      atMs: this.atMs,
      downMs,
    })
    expect(unreadable).toBe(0)
    return this.note(transitions)
  }

  note(transitions: readonly Transition[]): string[] {
    this.seen.push(...transitions)
    return transitions.map(
      ({ kind, alert }) =>
        `${kind} ${alert.ruleId} ${alert.severity} +${(this.atMs - START_MS) / 1000}s`,
    )
  }
}
