import { systemClocks } from '../clocks.ts'
import { NoDataError } from '../probe.ts'
import type { Row } from '../row.ts'
import { LogFiles } from '../sources/log/log-files.ts'
import type { AlertLog } from '../sources/oracle/alert-place.ts'
import type { DeclaredBackups } from '../sources/oracle/declared-backups.ts'
import type { OracleScope, OracleSession } from '../sources/oracle/oracle-session.ts'
import type { Ping } from '../sources/server/server-session.ts'
import { chooseVariant, type ServerFacts, type Statement } from '../statement.ts'

/** What a session answers: rows by the statement's id, or an error to throw. */
export type Answers = Readonly<Record<string, readonly Row[] | Error>>

/**
 * Stands in for a server that can't be had in a test (Oracle; versions of others that Debian does not have): it chooses the variant as
 * a real session does and answers with the rows that the test gives, shaped as the product's documents say.
 */
export class AnsweringSession implements OracleSession, AsyncDisposable {
  readonly instance = 'hcdb1'
  isMounted = false
  alertLog: AlertLog = {
    files: new LogFiles({
      memory: { directory: undefined, name: 'hcdb1', pausedSinceMs: undefined },
      keepsPlaces: true,
      clocks: systemClocks,
    }),
    path: undefined,
    encoding: 'auto',
  }
  backups: DeclaredBackups = {
    jobs: [],
    kept: { read: async () => undefined, write: async () => true },
  }
  readonly #facts: ServerFacts
  readonly #answers: Answers
  /** What was sent, with its bind values. */
  readonly sent: { readonly statement: Statement; readonly binds: readonly unknown[] }[] = []
  /** False: another instance of the cluster collects the database's facts. */
  collectsDatabase = true

  constructor(facts: ServerFacts, answers: Answers) {
    this.#facts = facts
    this.#answers = answers
  }

  /** For describeProbe(). */
  get session(): this {
    return this
  }

  async instanceTags(
    _signal?: AbortSignal,
    scope?: OracleScope,
  ): Promise<{ database: string; instance: string }> {
    this.#refuseCdbFacts(scope)
    return { database: 'hcdb', instance: this.instance }
  }

  async databaseTags(_signal?: AbortSignal, scope?: OracleScope): Promise<{ database: string }> {
    this.#refuseCdbFacts(scope)
    if (!this.collectsDatabase) throw new NoDataError('another instance collects this')
    return { database: 'hcdb' }
  }

  /** As where `collectDatabase` is auto. */
  #refuseCdbFacts(scope: OracleScope | undefined): void {
    if (scope === 'cdb' && this.#facts.traits['container'] === 'pdb')
      throw new NoDataError('a source of the root collects this')
  }

  async facts(): Promise<ServerFacts> {
    return this.#facts
  }

  async rows(
    variants: readonly Statement[],
    _signal: AbortSignal,
    binds: readonly unknown[] = [],
  ): Promise<readonly Row[]> {
    const statement = chooseVariant(variants, this.#facts)
    if (statement === undefined)
      throw new NoDataError(`${variants[0]?.id} is not for ${this.#facts.versionText}`)
    this.sent.push({ statement, binds })
    const answer = this.#answers[statement.id]
    if (answer instanceof Error) throw answer
    if (answer === undefined) throw new Error(`the test has no answer to ${statement.id}`)
    return answer
  }

  async ping(variants: readonly Statement[], signal: AbortSignal): Promise<Ping> {
    await this.rows(variants, signal)
    return { up: true, connectMs: 12.5, failure: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
