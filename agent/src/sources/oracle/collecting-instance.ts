import { NoDataError, ProbeError } from '../../probe.ts'
import { numberOf } from '../../row.ts'
import type { ServerSession } from '../server/server-session.ts'
import { chooseVariant } from '../../statement.ts'
import type { OracleServerConnection } from './oracle-connection.ts'
import type { OracleScope } from './oracle-session.ts'
import { LOWEST_INSTANCE } from './oracle-statements.ts'

const LOOK_AGAIN_MS = 60_000

export interface CollectingInstanceOptions {
  readonly session: ServerSession<OracleServerConnection>
  readonly monotonicMs: () => number
  /** `auto`: on RAC the open instance with the lowest number collects, and a source in a PDB what is of that PDB; `always`, `never`: the site decided. */
  readonly mode: string
  /** Told once that it can't be known which instances are open; this one then collects. */
  readonly onUnknown: (reason: string) => void
}

/** Decides whether this instance collects what is known once per database. It looks again after a minute, so that another instance takes over from a dead one. */
export class CollectingInstance {
  readonly #options: CollectingInstanceOptions
  #lowest: number | undefined
  #lookedAtMs = -Infinity
  #toldUnknown = false

  constructor(options: CollectingInstanceOptions) {
    this.#options = options
  }

  /** For a fact of this instance. @returns the database's name @throws NoDataError where a source of the root collects it; as ServerSession.use() does */
  checkScope(signal: AbortSignal, scope: OracleScope): Promise<string> {
    return this.#options.session.use(signal, async (connection) => {
      this.#refuseOfCdb(connection, scope)
      return connection.identity.database
    })
  }

  /** For a fact of the database. @returns its name @throws NoDataError where another source collects it; as ServerSession.use() does */
  check(signal: AbortSignal, scope: OracleScope): Promise<string> {
    const { session, mode } = this.#options
    return session.use(signal, async (connection) => {
      this.#refuseOfCdb(connection, scope)
      const { database, instanceNumber } = connection.identity
      if (mode === 'never')
        throw new NoDataError({
          zh: '该数据源不采集整个数据库共有的信息',
          en: 'this source does not collect what is known once per database',
        })
      if (mode === 'always') return database
      const lowest = await this.#findLowest(connection)
      if (lowest !== undefined && instanceNumber !== undefined && lowest < instanceNumber)
        throw new NoDataError({
          zh: `由 ${database} 的实例 ${lowest} 采集`,
          en: `instance ${lowest} of ${database} collects this`,
        })
      return database
    })
  }

  #refuseOfCdb({ facts, identity }: OracleServerConnection, scope: OracleScope): void {
    if (scope !== 'cdb' || facts.traits['container'] !== 'pdb') return
    if (this.#options.mode === 'always') return
    throw new NoDataError({
      zh: `这是整个 ${identity.database} 的信息：由连接根容器的数据源采集，或在 PDB 的数据源上设 collectDatabase: always`,
      en: `this is of all of ${identity.database}: a source of its root collects it, or one in a PDB with collectDatabase: always`,
    })
  }

  async #findLowest(connection: OracleServerConnection): Promise<number | undefined> {
    const { session, monotonicMs } = this.#options
    const nowMs = monotonicMs()
    if (nowMs - this.#lookedAtMs < LOOK_AGAIN_MS) return this.#lowest
    const statement = chooseVariant(LOWEST_INSTANCE, connection.facts)
    if (statement === undefined) return undefined
    try {
      const [row] = await session.send(connection, statement)
      this.#lowest = row === undefined ? undefined : numberOf(row, 'LOWEST')
    } catch (error) {
      this.#lowest = undefined
      this.#tellUnknown(error)
    }
    this.#lookedAtMs = nowMs
    return this.#lowest
  }

  /** @throws what is neither a missing grant nor a statement that is switched off */
  #tellUnknown(error: unknown): void {
    const isDenied = error instanceof ProbeError && error.code === 'NOT_PERMITTED'
    if (!isDenied && !(error instanceof NoDataError)) throw error
    if (this.#toldUnknown) return
    this.#toldUnknown = true
    this.#options.onUnknown(error.message)
  }
}
