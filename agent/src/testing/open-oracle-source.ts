import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { Session } from '../source.ts'
import { SourceMemory } from '../source-memory.ts'
import { SourceStanding } from '../source-standing.ts'
import type { OracleSession } from '../sources/oracle/oracle-session.ts'
import { SESSION_STATEMENTS } from '../sources/oracle/oracle-statements.ts'
import { loadOracledb } from '../sources/oracle/load-oracledb.ts'
import { openOracle } from '../sources/oracle.ts'
import type { Statement } from '../statement.ts'
import type { FakeOracle } from './fake-oracle.ts'
import { ManualTime } from './manual-time.ts'
import { openRecordedLog, type LogLine } from './recorded-log.ts'
import { makeSourceContext } from './source-context.ts'

/** What `oracle.up` sends, as any probe would. */
export const ORACLE_PING: Statement = {
  id: 'oracle.up',
  text: 'SELECT 1 AS ALIVE FROM DUAL',
  reads: [],
  grants: [],
  cost: 'cheap',
}

export interface OpenedOracle extends Session<OracleSession> {
  readonly standing: SourceStanding
  readonly lines: readonly LogLine[]
  readonly time: ManualTime
}

export interface OpenOracleSource {
  /** Stands in for node-oracledb; the real one where it is not given. */
  readonly oracle?: FakeOracle
  /** Of the password's file and of what the source remembers over a restart. */
  readonly directory: string
  readonly time?: ManualTime
  /** Beside, or instead of, those of an ordinary entry in agent.yaml. */
  readonly options?: Readonly<Record<string, unknown>>
  /** Beside what the session itself and `oracle.up` send. */
  readonly statements?: readonly Statement[]
}

/** Writes the password into the file where the source looks for it. */
export function writeOraclePassword(directory: string, password: string): Promise<void> {
  return writeFile(passwordFile(directory), password, { mode: 0o600 })
}

/** The source `hcdb1` as the agent opens it, its time in the test's hands; opened again with the same directory it is the agent after a restart. */
export async function openOracleSource(given: OpenOracleSource): Promise<OpenedOracle> {
  const { oracle, directory, time = new ManualTime(), options = {}, statements = [] } = given
  const { log, lines } = openRecordedLog()
  const standing = new SourceStanding({ name: 'hcdb1', type: 'oracle' }, time, () => undefined)
  const context = await makeSourceContext({
    name: 'hcdb1',
    options: {
      instance: 'hcdb1',
      connect: '10.0.0.5:1521/HCDB',
      user: 'wardround',
      password: { file: passwordFile(directory) },
      mode: 'thin',
      connectTimeout: '5s',
      collectDatabase: 'auto',
      ...options,
    },
    statements: [...SESSION_STATEMENTS, ORACLE_PING, ...statements],
    memory: await SourceMemory.open(join(directory, 'sources'), 'hcdb1'),
    clocks: time,
    timers: time,
    standing,
    log,
  })
  return { ...openOracle(context, () => oracle ?? loadOracledb()), standing, lines, time }
}

function passwordFile(directory: string): string {
  return join(directory, 'password')
}
