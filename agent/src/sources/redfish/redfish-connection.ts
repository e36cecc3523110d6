import type { Row } from '../../row.ts'
import { parseVersion, type ServerFacts, type Statement } from '../../statement.ts'
import { StatementError, type ServerConnection } from '../server/server-driver.ts'
import { LineError } from '../http/line-error.ts'
import type { RedfishAnswer } from './redfish-line.ts'
import { textIn, type Resource } from './resource.ts'
import { ROOT } from './redfish-statements.ts'

/** What a connection asks through: GET with the session's token. */
export interface RedfishAsker {
  /** @throws LineError */
  get(path: string, signal: AbortSignal): Promise<RedfishAnswer>
  /** Ends the session on the device. Never rejects. */
  logOff(): Promise<void>
}

/** The statement was refused with 401: the session is over, a new one may do. */
export const SESSION_IS_OVER = 'HTTP 401'

/** The one session while it is used. What ends with it is the line, not the session on the device: see RedfishDriver. */
export class RedfishConnection implements ServerConnection {
  readonly facts: ServerFacts
  readonly root: Resource
  readonly #asker: RedfishAsker
  readonly #cut = new AbortController()

  constructor(asker: RedfishAsker, root: Resource) {
    this.#asker = asker
    this.root = root
    const version = textIn(root, 'RedfishVersion') ?? ''
    const maker = textIn(root, 'Vendor') ?? textIn(root, 'Product') ?? textIn(root, 'Name') ?? ''
    this.facts = {
      versionText: `Redfish ${version} ${maker}`.trim(),
      version: parseVersion(version),
      traits: {},
    }
  }

  /** One row: STATUS and BODY. @throws StatementError `lost` where there is no answer, or the session is over */
  async send(statement: Statement, binds: readonly unknown[]): Promise<readonly Row[]> {
    const path = statement === ROOT ? '/redfish/v1/' : String(binds[0])
    const answer = await this.#asker.get(path, this.#cut.signal).catch((error: unknown) => {
      const said = error instanceof LineError ? error.said.en : String(error)
      throw new StatementError('lost', '', `GET ${path}: ${said}`, { cause: error })
    })
    if (answer.status === 401) {
      await this.#asker.logOff() // if it is not over after all, no second one comes to stand beside it
      throw new StatementError('lost', SESSION_IS_OVER, `GET ${path}: the session is over`)
    }
    return [{ STATUS: answer.status, BODY: answer.body }]
  }

  async close(): Promise<void> {
    this.destroy()
    await this.#asker.logOff()
  }

  /** The session on the device outlives a line that was cut: the next connection takes it up. */
  destroy(): void {
    this.#cut.abort()
  }
}
