import { MAX_INSTANCES } from './limits.ts'

/** An instance of a database, on one of its hosts. */
export interface DatabaseInstance {
  readonly host: string
  readonly instance: string
}

/** Of which database an instance was, and when that was heard. */
interface KnownInstance extends DatabaseInstance {
  readonly database: string
  readonly heardAtMs: number
}

/** Nothing was heard of an instance for so long: it is no longer one of its database's. */
const STALE_MS = 7 * 86_400_000
/** What is heard again is worth keeping only so often. */
const AGAIN_MS = 86_400_000

/** Which instances a database has, as their samples say: several where it is a RAC. */
export class InstanceBook {
  readonly #instances = new Map<string, KnownInstance>()

  static keyOf({ host, instance }: DatabaseInstance): string {
    return `${host}\n${instance}`
  }

  /** Takes in what was heard; `isNew`: its database has other instances now. */
  hear(
    { host, instance }: DatabaseInstance,
    database: string,
    heardAtMs: number,
  ): { readonly isNew: boolean; readonly isToBeKept: boolean } {
    const key = InstanceBook.keyOf({ host, instance })
    const known = this.#instances.get(key)
    const isNew = known?.database !== database
    const isToBeKept = isNew || heardAtMs - known.heardAtMs >= AGAIN_MS
    const hasRoom = known !== undefined || this.#instances.size < MAX_INSTANCES
    if (!isToBeKept || !hasRoom) return { isNew: false, isToBeKept: false }
    this.#instances.set(key, { host, instance, database, heardAtMs })
    return { isNew, isToBeKept }
  }

  get(key: string): KnownInstance | undefined {
    return this.#instances.get(key)
  }

  /**
   * The instances of the database of a name that has one on a host. The instances of one database have different names: where another host has one of the
   * same name, that is another database. Where none is known, the one of the database's own name.
   */
  of(database: string, host: string): readonly DatabaseInstance[] {
    const named = [...this.#instances.values()].filter((one) => one.database === database)
    const here = named.filter((one) => one.host === host)
    if (here.length === 0) return [{ host, instance: database }]
    const names = new Set(here.map(({ instance }) => instance))
    const others = new Set(
      named.filter((one) => one.host !== host && names.has(one.instance)).map((one) => one.host),
    )
    return named.filter((one) => !others.has(one.host))
  }

  /** Forgets those of which nothing was heard for long; their keys. */
  tidy(nowMs: number): string[] {
    const old = [...this.#instances].filter(([, { heardAtMs }]) => nowMs - heardAtMs >= STALE_MS)
    for (const [key] of old) this.#instances.delete(key)
    return old.map(([key]) => key)
  }
}
