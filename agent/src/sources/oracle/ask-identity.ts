import { textOf, type Row } from '../../row.ts'
import { parseVersion, type ServerFacts, type Statement } from '../../statement.ts'
import type { SendOwn } from '../server/server-driver.ts'
import { IDENTITY } from './oracle-statements.ts'

/** What a logon alone tells. */
export interface OracleGreeting {
  /** `19.22.0.0.0` */
  readonly versionText: string
  /** What the server had to say, such as ORA-28002: the password expires soon. */
  readonly warning: string | undefined
}

/** Which database and instance a session is with. */
export interface OracleIdentity {
  readonly facts: ServerFacts
  /** DB_UNIQUE_NAME in small letters: tag `database`. */
  readonly database: string
  /** On RAC, which of the instances; undefined where the server does not say. */
  readonly instanceNumber: number | undefined
  readonly greeting: OracleGreeting
}

/**
 * Asks which server this is.
 * @param send sends it on the session that is being set up
 * @throws what `send` throws
 */
export async function askIdentity(
  greeting: OracleGreeting,
  send: (statement: Statement) => Promise<readonly Row[]>,
  sendOwn: SendOwn,
): Promise<OracleIdentity> {
  const { versionText } = greeting
  const isOld = (parseVersion(versionText)[0] ?? 0) < 12
  const statement = IDENTITY.find(({ before }) => (before !== undefined) === isOld)
  if (statement === undefined) throw new Error(`no statement asks Oracle ${versionText} who it is`)
  const [row = {}] = await sendOwn(statement, () => send(statement))
  const number = Number(textOf(row, 'INSTANCE_NUMBER') ?? Number.NaN)
  const container = toContainer(textOf(row, 'CDB_NAME'), textOf(row, 'CON_ID'))
  return {
    facts: toFacts(versionText, container, toRole(row)),
    database: (textOf(row, 'DB_UNIQUE_NAME') ?? '').toLowerCase(),
    instanceNumber: Number.isInteger(number) ? number : undefined,
    greeting,
  }
}

/** The same server in another role. */
export function withRole(identity: OracleIdentity, role: string): OracleIdentity {
  const { container = '' } = identity.facts.traits
  return { ...identity, facts: toFacts(identity.greeting.versionText, container, role) }
}

/** Trait `role`: primary, physical standby, logical standby, snapshot standby. */
export function toRole(row: Row): string {
  return (textOf(row, 'DATABASE_ROLE') ?? '').toLowerCase()
}

function toFacts(versionText: string, container: string, role: string): ServerFacts {
  return {
    versionText: `Oracle Database ${versionText} (${[container, role].filter(Boolean).join(', ')})`,
    version: parseVersion(versionText),
    traits: { container, role },
  }
}

/** Outside of a container database there is no CDB_NAME; within, the root is container 1. */
function toContainer(cdbName: string | undefined, containerId: string | undefined): string {
  if (cdbName === undefined || containerId === undefined || containerId === '0') return 'non-cdb'
  return containerId === '1' ? 'root' : 'pdb'
}
