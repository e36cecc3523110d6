import type { RuleStateRow } from '../alert.ts'
import type { RowChanges } from './live-alerts.ts'
import { rowsOf, type RowKeeper, type RowKey } from './row-keeper.ts'

/** Under this rule id, which no rule file can give, rows say which hosts, devices and instances are known. */
const KNOWN_ROWS = '@known'

/** What is wrong with a host from its first sample on was so before anybody watched, where that sample comes within this time. */
const FIRST_MS = 15 * 60_000

/** What tells an instance on a host from another. */
const INSTANCE_TAGS = ['instance', 'database']

interface Known {
  /** By the engine's clock. */
  readonly firstAtMs: number
  /** Under which set of rules it was first heard of; 0: by an earlier process. */
  readonly era: number
}

interface KnownSubject extends Known {
  readonly instances: Map<string, Known>
}

/**
 * Which hosts and devices, and which instances on them, were ever heard of: tells what was wrong before it was watched from what went wrong since.
 * What an earlier process knew, or what was known before the rules in force, is never new.
 */
export class KnownSubjects implements RowKeeper {
  readonly rowIds = [KNOWN_ROWS]
  readonly #subjects = new Map<string, KnownSubject>()
  readonly #changed = new Set<string>()
  #era = 1
  #atMs = -Infinity

  /** Other rules are in force: what is known now is not new to them. */
  beginEra(): void {
    this.#era++
  }

  /** Samples of a host or device came. */
  hear(subject: string, atMs: number): void {
    this.#atMs = atMs
    if (this.#subjects.has(subject)) return
    this.#subjects.set(subject, { ...this.#now(), instances: new Map() })
    this.#changed.add(subject)
  }

  /** The samples that hear() told of hold some of this instance (instanceOf). */
  hearInstance(subject: string, instance: string): void {
    const known = this.#subjects.get(subject)
    if (known === undefined || known.instances.has(instance)) return
    known.instances.set(instance, this.#now())
    this.#changed.add(subject)
  }

  /** Whether the first sample of a point that comes now came with the first of its instance or, where it belongs to none, of its subject. */
  isFirst(subject: string, instance: string | undefined): boolean {
    const host = this.#subjects.get(subject)
    const known = instance === undefined ? host : (host?.instances.get(instance) ?? host)
    return known?.era === this.#era && this.#atMs - known.firstAtMs <= FIRST_MS
  }

  /** Whether it was first heard of so short a time ago, under the rules in force. */
  isYoungerThan(subject: string, ageMs: number, atMs: number): boolean {
    const known = this.#subjects.get(subject)
    return known?.era === this.#era && atMs - known.firstAtMs < ageMs
  }

  has(subject: string): boolean {
    return this.#subjects.has(subject)
  }

  /** A person retired it: what comes later makes it known anew. Without `tags`, all of it; else the instances that have all of them. */
  forget(subject: string, tags?: Readonly<Record<string, string>>): void {
    const known = this.#subjects.get(subject)
    if (known === undefined) return
    this.#changed.add(subject)
    if (tags === undefined) this.#subjects.delete(subject)
    const wanted = Object.entries(tags ?? {}).map(([name, value]) => ` ${name}=${value} `)
    for (const instance of known.instances.keys())
      if (wanted.every((part) => `${instance} `.includes(part))) known.instances.delete(instance)
  }

  restoreRow({ key, json }: RuleStateRow): boolean {
    const instances = readInstances(json)
    if (instances === undefined) return false
    const known = { firstAtMs: -Infinity, era: 0 }
    const entries = instances.map((instance) => [instance, known] as const)
    this.#subjects.set(key, { ...known, instances: new Map(entries) })
    return true
  }

  takeRows(): RowChanges {
    return rowsOf(KNOWN_ROWS, this.#changed, (key) => {
      const known = this.#subjects.get(key)
      return known === undefined
        ? undefined
        : JSON.stringify({ instances: [...known.instances.keys()] })
    })
  }

  returnRow({ key }: RowKey): void {
    this.#changed.add(key)
  }

  #now(): Known {
    return { firstAtMs: this.#atMs, era: this.#era }
  }
}

/** Names the instance that a point is of: the product, and what tells its instances apart; undefined for a point of the host itself. */
export function instanceOf(
  measurement: string,
  tags: Readonly<Record<string, string>>,
): string | undefined {
  const parts = INSTANCE_TAGS.flatMap((tag) =>
    tags[tag] === undefined ? [] : [`${tag}=${tags[tag]}`],
  )
  if (parts.length === 0) return undefined
  return [measurement.split('_', 1)[0], ...parts].join(' ')
}

function readInstances(json: string): string[] | undefined {
  try {
    const stored: unknown = JSON.parse(json)
    if (typeof stored !== 'object' || stored === null || !('instances' in stored)) return undefined
    const { instances } = stored
    if (!Array.isArray(instances)) return undefined
    return instances.every((name) => typeof name === 'string') ? instances : undefined
  } catch {
    return undefined // damaged: its owner counts it
  }
}
