import type { Shape } from '@wardround/protocol'
import { canonicalTags } from '@wardround/protocol'

/** What the configuration says about a host. */
export interface HostEntry {
  readonly name: string
  readonly displayName?: string
  readonly project?: string
  readonly role?: string
  readonly place?: string
  readonly owner?: string
}

/** Tags that only the collector sets: what an agent sends under these names is dropped. */
const STAMPED_TAGS = new Set(['host', 'project', 'role'])

/** The system that a host belongs to, and what it does there. */
export type HostPlace = Pick<HostEntry, 'project' | 'role'>

/** The hosts of the configuration; replaced as a whole when it is re-read. */
export class HostDirectory {
  #entries = new Map<string, HostEntry>()
  #generation = 0
  readonly #otherwise: (host: string) => HostPlace | undefined

  /** `otherwise` knows the place of hosts of which the configuration says neither project nor role. */
  constructor(
    hosts: readonly HostEntry[],
    otherwise: (host: string) => HostPlace | undefined = () => undefined,
  ) {
    this.#otherwise = otherwise
    this.replace(hosts)
  }

  /** Rises whenever the configuration's hosts are replaced. */
  get generation(): number {
    return this.#generation
  }

  get entries(): Iterable<HostEntry> {
    return this.#entries.values()
  }

  find(host: string): HostEntry | undefined {
    return this.#entries.get(host)
  }

  /** `project` and `role` where set, as labels of the subject's alerts. */
  labelsOf(subject: string): Record<string, string> {
    const { project, role } = this.placeOf(subject)
    return {
      ...(project === undefined ? {} : { project }),
      ...(role === undefined ? {} : { role }),
    }
  }

  placeOf(subject: string): HostPlace {
    const entry = this.#entries.get(subject)
    if (entry?.project !== undefined || entry?.role !== undefined) return entry
    return this.#otherwise(subject) ?? {}
  }

  /** Returns the names whose project or role changed: their series carry other tags from now on. */
  replace(hosts: readonly HostEntry[]): string[] {
    this.#generation++
    const before = this.#entries
    this.#entries = new Map(hosts.map((host) => [host.name, host]))
    const names = new Set([...before.keys(), ...this.#entries.keys()])
    return [...names].filter((name) => {
      const [old, fresh] = [before.get(name), this.#entries.get(name)]
      return old?.project !== fresh?.project || old?.role !== fresh?.role
    })
  }

  /** A shape as it is stored for a subject: `project` and `role` are the collector's, never the sender's. */
  stamp(subject: string, shape: Shape, place = this.placeOf(subject)): Shape {
    const { project, role } = place
    if (project === undefined && role === undefined && !shape.tags.some(isStamped)) return shape
    const own = shape.tags.filter((tag) => !isStamped(tag))
    const tags = canonicalTags({ ...Object.fromEntries(own), project, role })
    return { measurement: shape.measurement, tags, field: shape.field, kind: shape.kind }
  }
}

function isStamped([key]: readonly [string, string]): boolean {
  return STAMPED_TAGS.has(key)
}
