import { describe, expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import instance from './instance.ts'

const ROW = {
  INSTANCE_NAME: 'hcdb1',
  HOST_NAME: 'db1.hospital.lan',
  VERSION: '19.22.0.0.0',
  'THREAD#': 1,
  STATUS: 'OPEN        ',
  DATABASE_STATUS: 'ACTIVE',
  ARCHIVER: 'STARTED',
  LOGINS: 'ALLOWED',
  INSTANCE_ROLE: 'PRIMARY_INSTANCE',
  BLOCKED: 'NO',
  UPTIME_SECONDS: 1_212_537,
}

const answer = (row: Partial<Record<keyof typeof ROW, unknown>> = {}, facts = oracleFacts()) =>
  new AnsweringOracle(facts, { 'oracle.instance': [{ ...ROW, ...row }] })

describeProbe(instance, { open: async () => answer() })

describe('oracle.instance', () => {
  test('tells an open instance, and what it is as a document', async () => {
    const { samples, documents } = await sampleOnce(instance, answer())
    expect(samples).toEqual([
      {
        measurement: 'oracle_instance',
        tags: { database: 'hcdb', instance: 'hcdb1' },
        fields: {
          status: 3,
          database_status: 1,
          archiver: 2,
          logins: 1,
          instance_role: 1,
          blocked: 0,
          uptime_seconds: 1_212_537,
        },
      },
    ])
    expect(documents).toEqual([
      {
        name: 'oracle_instance:hcdb1',
        keep: 'history',
        body: { version: '19.22.0.0.0', instance: 'hcdb1', host: 'db1.hospital.lan', thread: 1 },
      },
    ])
  })

  test.each([
    { note: 'a mounted standby', row: { STATUS: 'MOUNTED' }, fields: { status: 2 } },
    { note: 'an instance that is only started', row: { STATUS: 'STARTED' }, fields: { status: 1 } },
    { note: 'an upgrade', row: { STATUS: 'OPEN MIGRATE' }, fields: { status: 4 } },
    { note: 'a word that we do not know', row: { STATUS: 'FROZEN' }, fields: { status: 0 } },
    { note: 'a failed archiver', row: { ARCHIVER: 'FAILED' }, fields: { archiver: 3 } },
    { note: 'restricted logons', row: { LOGINS: 'RESTRICTED' }, fields: { logins: 2 } },
    {
      note: 'NULLs',
      row: { DATABASE_STATUS: null, BLOCKED: null, UPTIME_SECONDS: null },
      fields: { database_status: undefined, blocked: undefined, uptime_seconds: undefined },
    },
  ])('tells $note', async ({ row, fields }) => {
    const { samples } = await sampleOnce(instance, answer(row))
    expect(samples[0]?.fields).toMatchObject(fields)
  })

  test('asks for the full version from 18c on', async () => {
    const older = answer({}, oracleFacts({ version: '12.2.0.1.0' }))
    const newer = answer({}, oracleFacts({ version: '18.0.0.0.0' }))
    await sampleOnce(instance, older)
    await sampleOnce(instance, newer)
    expect(older.sent[0]?.statement.text).not.toContain('version_full')
    expect(newer.sent[0]?.statement.text).toContain('version_full AS version')
  })

  test('sends its document again only when it changed', async () => {
    const first = await sampleOnce(instance, answer())
    const same = await sampleOnce(instance, answer(), { memory: first.memory })
    const other = await sampleOnce(instance, answer({ HOST_NAME: 'db2' }), { memory: first.memory })
    expect([same.documents.length, other.documents.length]).toEqual([0, 1])
  })
})
