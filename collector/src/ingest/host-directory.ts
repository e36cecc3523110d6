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

/** The hosts of the configuration; replaced as a whole when it is re-read. */
export class HostDirectory {
  #entries = new Map<string, HostEntry>()

  constructor(hosts: readonly HostEntry[]) {
    this.replace(hosts)
  }

  get entries(): Iterable<HostEntry> {
    return this.#entries.values()
  }

  find(host: string): HostEntry | undefined {
    return this.#entries.get(host)
  }

  /** `project` and `role` where set, as labels of the subject's alerts. */
  labelsOf(subject: string): Record<string, string> {
    const { project, role } = this.#entries.get(subject) ?? {}
    return {
      ...(project === undefined ? {} : { project }),
      ...(role === undefined ? {} : { role }),
    }
  }

  /** Returns the names whose project or role changed: their series carry other tags from now on. */
  replace(hosts: readonly HostEntry[]): string[] {
    const before = this.#entries
    this.#entries = new Map(hosts.map((host) => [host.name, host]))
    const names = new Set([...before.keys(), ...this.#entries.keys()])
    return [...names].filter((name) => {
      const [old, fresh] = [before.get(name), this.#entries.get(name)]
      return old?.project !== fresh?.project || old?.role !== fresh?.role
    })
  }

  /** A shape as it is stored for a subject: `project` and `role` are the configuration's, never the agent's. */
  stamp(subject: string, shape: Shape): Shape {
    const entry = this.#entries.get(subject)
    if (entry?.project === undefined && entry?.role === undefined && !shape.tags.some(isStamped)) {
      return shape
    }
    const own = shape.tags.filter((tag) => !isStamped(tag))
    const tags = canonicalTags({
      ...Object.fromEntries(own),
      project: entry?.project,
      role: entry?.role,
    })
    return { measurement: shape.measurement, tags, field: shape.field, kind: shape.kind }
  }
}

function isStamped([key]: readonly [string, string]): boolean {
  return STAMPED_TAGS.has(key)
}
