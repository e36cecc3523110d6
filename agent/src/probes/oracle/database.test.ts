import { describe, expect, test } from 'vitest'

import { NoDataError } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import database from './database.ts'

const ROW = {
  NAME: 'HCDB',
  DB_UNIQUE_NAME: 'hcdb',
  DBID: '2858521146',
  PLATFORM_NAME: 'Linux x86 64-bit',
  CDB: 'NO',
  OPEN_MODE: 'READ WRITE',
  LOG_MODE: 'ARCHIVELOG',
  DATABASE_ROLE: 'PRIMARY',
  FORCE_LOGGING: 'YES',
  FLASHBACK_ON: 'NO',
  SWITCHOVER_STATUS: 'TO STANDBY',
  PROTECTION_MODE: 'MAXIMUM PERFORMANCE',
  CREATED_SECONDS: 1_442_102_460,
}

const answer = (row: Partial<Record<keyof typeof ROW, unknown>> = {}, facts = oracleFacts()) =>
  new AnsweringOracle(facts, { 'oracle.database': [{ ...ROW, ...row }] })

describeProbe(database, { open: async () => answer() })

describe('oracle.database', () => {
  test('tells a primary, as a fact of the database', async () => {
    const { samples, documents } = await sampleOnce(database, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_database',
        tags: { database: 'hcdb' },
        fields: {
          open_mode: 2,
          log_mode: 1,
          database_role: 1,
          force_logging: 2,
          flashback_on: 1,
          switchover_status: 6,
          protection_mode: 1,
          created: 1_442_102_460,
        },
      },
    ])
    expect(documents[0]).toMatchObject({
      name: 'oracle_database:hcdb1',
      body: { name: 'HCDB', uniqueName: 'hcdb', dbid: '2858521146', container: false },
    })
  })

  test('tells a mounted standby with a gap', async () => {
    const row = {
      OPEN_MODE: 'MOUNTED',
      DATABASE_ROLE: 'PHYSICAL STANDBY',
      SWITCHOVER_STATUS: 'UNRESOLVABLE GAP',
      FORCE_LOGGING: 'STANDBY NOLOGGING FOR DATA AVAILABILITY',
      FLASHBACK_ON: 'RESTORE POINT ONLY',
      PROTECTION_MODE: 'MAXIMUM AVAILABILITY',
    }
    const facts = oracleFacts({ role: 'physical standby' })
    const { samples } = await sampleOnce(database, answer(row, facts))
    expect(samples[0]?.fields).toMatchObject({
      open_mode: 1,
      database_role: 2,
      switchover_status: 13,
      force_logging: 4,
      flashback_on: 3,
      protection_mode: 2,
    })
  })

  test('gives 0 for another word and leaves out NULL', async () => {
    const { samples } = await sampleOnce(
      database,
      answer({ OPEN_MODE: 'AJAR', SWITCHOVER_STATUS: null, CREATED_SECONDS: null }),
    )
    expect(samples[0]?.fields).toMatchObject({
      open_mode: 0,
      switchover_status: undefined,
      created: undefined,
    })
  })

  test('does not ask 11.2 whether it is a container database', async () => {
    const older = answer({}, oracleFacts({ version: '11.2.0.4.0' }))
    await sampleOnce(database, older)
    expect(older.sent[0]?.statement.text).toContain("'NO' AS cdb")
  })

  test('says nothing where another instance of the cluster speaks for the database', async () => {
    const other = answer()
    other.collectsDatabase = false
    await expect(sampleOnce(database, other)).rejects.toThrow(NoDataError)
    expect(other.sent).toEqual([])
  })
})
