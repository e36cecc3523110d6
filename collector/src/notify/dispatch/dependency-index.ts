import type { AlertMatcher } from './alert-matcher.ts'
import { labelOf } from './alert-matcher.ts'
import type { DatabaseInstance } from './instance-book.ts'
import { isFiring, type TrackedAlert } from './tracked-alert.ts'

/** What is the cause of what: while an alert that `parent` fits fires, those that `child` fits are muted. */
export interface Dependency {
  readonly parent: AlertMatcher
  readonly child: AlertMatcher
  /** Labels that both must share: the child's by its name, the parent's by its own. */
  readonly equal: readonly {
    readonly child: string
    readonly parent: string
    /** Of the child's label, a URL or HOST:PORT, the host alone counts. */
    readonly childIs?: 'address' | undefined
  }[]
  /** The cause is one only when it fires for all instances of the child's database. */
  readonly everyInstance?: boolean
}

/** The instances of the database of a name that has one on a host. */
export type InstancesOf = (database: string, host: string) => readonly DatabaseInstance[]

/** An alert's part in a dependency. */
interface Entry {
  readonly role: 'parent' | 'child'
  /** The dependency and the labels that both share. */
  readonly key: string
  /** The dependency's number, where there must be a parent for each of its entries. */
  readonly every?: number
}

/** A cause is looked for so many steps up: longer chains are cycles or mistakes. */
const MAX_STEPS = 100

const NOBODY: ReadonlySet<string> = new Set()

/** Firing alerts by what they are the cause of and what may be theirs. */
export class DependencyIndex {
  readonly #dependencies: readonly Dependency[]
  readonly #alerts = new Map<string, TrackedAlert>()
  readonly #entries = new Map<string, readonly Entry[]>()
  readonly #parents = new Map<string, Set<string>>()
  readonly #children = new Map<string, Set<string>>()
  readonly #instancesOf: InstancesOf

  constructor(dependencies: readonly Dependency[], instancesOf: InstancesOf) {
    this.#dependencies = dependencies
    this.#instancesOf = instancesOf
  }

  /** Takes in what an alert is now; returns the ids of those whose cause may be another one. */
  update(tracked: TrackedAlert): ReadonlySet<string> {
    const { id } = tracked
    const before = this.#entries.get(id) ?? []
    const now = isFiring(tracked) ? this.#entriesOf(tracked) : []
    if (isSame(before, now)) return NOBODY
    const affected = new Set<string>()
    for (const entry of before) this.#remove(entry, id, affected)
    for (const entry of now) this.#add(entry, id, affected)
    if (now.length > 0) {
      this.#entries.set(id, now)
      this.#alerts.set(id, tracked)
    } else {
      this.#entries.delete(id)
      this.#alerts.delete(id)
    }
    return affected
  }

  /** The alert because of which this one is not told: undefined, where there is none. Of several that are each other's cause the oldest is told. */
  causeOf(tracked: TrackedAlert): TrackedAlert | undefined {
    for (const parent of this.#parentsOf(tracked.id)) {
      if (!this.#leadsTo(parent, tracked.id) || isOlder(parent, tracked)) return parent
    }
    return undefined
  }

  *#parentsOf(id: string): Iterable<TrackedAlert> {
    const entries = (this.#entries.get(id) ?? []).filter(({ role }) => role === 'child')
    const unmet = new Set(
      entries.filter(({ key }) => !this.#parents.has(key)).map(({ every }) => every),
    )
    for (const { key, every } of entries) {
      if (every !== undefined && unmet.has(every)) continue
      for (const parent of this.#parents.get(key) ?? NOBODY) {
        const tracked = parent === id ? undefined : this.#alerts.get(parent)
        if (tracked !== undefined) yield tracked
      }
    }
  }

  /** Whether one of an alert's own causes is `id`. */
  #leadsTo(tracked: TrackedAlert, id: string): boolean {
    const seen = new Set([tracked.id])
    const toSee = [tracked.id]
    for (let step = 0; step < MAX_STEPS; step++) {
      const next = toSee.pop()
      if (next === undefined) return false
      for (const parent of this.#parentsOf(next)) {
        if (parent.id === id) return true
        if (seen.has(parent.id)) continue
        seen.add(parent.id)
        toSee.push(parent.id)
      }
    }
    return false
  }

  #entriesOf(tracked: TrackedAlert): Entry[] {
    const { alert } = tracked
    return this.#dependencies.flatMap((dependency, index) => {
      const { parent, child, equal } = dependency
      if (dependency.everyInstance === true)
        return this.#instanceEntries(dependency, index, tracked)
      const entries: Entry[] = []
      const valueOf = (names: (typeof equal)[number], side: 'parent' | 'child') => {
        const value = labelOf(alert, names[side])
        return side === 'child' && names.childIs === 'address' ? hostOfAddress(value) : value
      }
      const keyOf = (side: 'parent' | 'child') =>
        JSON.stringify([index, ...equal.map((names) => valueOf(names, side))])
      const has = (side: 'parent' | 'child') => equal.every((names) => valueOf(names, side) !== '')
      if (parent.matches(alert) && has('parent'))
        entries.push({ role: 'parent', key: keyOf('parent') })
      if (child.matches(alert) && has('child')) entries.push({ role: 'child', key: keyOf('child') })
      return entries
    })
  }

  #instanceEntries({ parent, child }: Dependency, every: number, { alert }: TrackedAlert): Entry[] {
    const keyOf = ({ host, instance }: DatabaseInstance) => JSON.stringify([every, host, instance])
    const entries: Entry[] = []
    const [host, instance, database] = ['host', 'instance', 'database'].map((name) =>
      labelOf(alert, name),
    )
    if (host && instance && parent.matches(alert))
      entries.push({ role: 'parent', key: keyOf({ host, instance }) })
    if (host && database && child.matches(alert))
      for (const one of this.#instancesOf(database, host))
        entries.push({ role: 'child', key: keyOf(one), every })
    return entries
  }

  #add({ role, key }: Entry, id: string, affected: Set<string>): void {
    const index = role === 'parent' ? this.#parents : this.#children
    const ids = index.get(key) ?? new Set()
    index.set(key, ids.add(id))
    if (role === 'parent') this.#affect(key, affected)
  }

  #remove({ role, key }: Entry, id: string, affected: Set<string>): void {
    const index = role === 'parent' ? this.#parents : this.#children
    const ids = index.get(key)
    ids?.delete(id)
    if (ids?.size === 0) index.delete(key)
    if (role === 'parent') this.#affect(key, affected)
  }

  #affect(key: string, affected: Set<string>): void {
    for (const child of this.#children.get(key) ?? NOBODY) affected.add(child)
  }
}

/** `db1` of `http://db1:8080/app`, `db1:1521` and `db1`; of what is none of these it is the text itself. */
function hostOfAddress(address: string): string {
  const [, authority = address] = /^\w+:\/\/(?:[^/?#]*@)?([^/?#]*)/.exec(address) ?? []
  const [, inBrackets] = /^\[([^\]]*)\]/.exec(authority) ?? []
  return inBrackets ?? authority.replace(/^([^:]*):\d+$/, '$1')
}

function isSame(a: readonly Entry[], b: readonly Entry[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ role, key }, index) => b[index]?.role === role && b[index].key === key)
  )
}

function isOlder(
  { alert: a, id: idA }: TrackedAlert,
  { alert: b, id: idB }: TrackedAlert,
): boolean {
  return a.startsAtMs === b.startsAtMs ? idA < idB : a.startsAtMs < b.startsAtMs
}
