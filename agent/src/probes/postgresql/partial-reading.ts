import type { LocalizedText } from '@wardround/protocol'
import { NoDataError, ProbeError } from '../../probe.ts'
import type { Row } from '../../row.ts'
import type { PostgresqlSession } from '../../sources/postgresql/postgresql-session.ts'
import type { Statement } from '../../statement.ts'

/** A probe of several statements: it goes on where one of them is denied, switched off or not for this server. */
export class PartialReading {
  readonly #run: {
    readonly session: PostgresqlSession
    readonly signal: AbortSignal
    readonly remark: (text: LocalizedText) => void
  }
  #isEmpty = true
  #failure: Error | undefined

  constructor(run: {
    readonly session: PostgresqlSession
    readonly signal: AbortSignal
    readonly remark: (text: LocalizedText) => void
  }) {
    this.#run = run
  }

  /** The rows of one part; undefined where it is left out. A missing grant is remarked. @throws ProbeError for what else goes wrong */
  async rows(
    variants: readonly Statement[],
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[] | undefined> {
    const { session, signal, remark } = this.#run
    try {
      const rows = await session.rows(variants, signal, binds)
      this.#isEmpty = false
      return rows
    } catch (error) {
      if (error instanceof NoDataError) this.#failure ??= error
      else if (error instanceof ProbeError && error.code === 'NOT_PERMITTED') {
        this.#failure = error
        if (error.text !== undefined) remark(error.text)
      } else throw error
      return undefined
    }
  }

  /** @throws why, where no part at all could be read */
  end(): void {
    if (this.#isEmpty && this.#failure !== undefined) throw this.#failure
  }
}
