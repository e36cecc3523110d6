import { recordsOf } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { ProbeError } from '../../probe.ts'
import { chooseVariant } from '../../statement.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { tableOf } from '../../testing/table-of.ts'
import patch from './patch.ts'
import { PATCHES } from './patch-statements.ts'

const row = (PATCH_ID: number, given = {}) => ({
  PDB: null,
  ACTION: 'APPLY',
  PATCH_ID,
  PATCH_UID: 24_589_353,
  KIND: 'RU',
  STATUS: 'SUCCESS',
  VERSION: '19.22.0.0.0',
  DESCRIPTION: 'Database Release Update : 19.22.0.0.240116 (35943157)',
  ACTION_TEXT: '2026-02-03 04:05:06',
  AGE_DAYS: 292.375,
  ACTION_AT: 1_770_062_706,
  ...given,
})

const ANSWERS: Answers = {
  'oracle.patch': [
    row(35_943_157),
    row(29_517_242, { STATUS: 'WITH ERRORS', AGE_DAYS: 2_000, ACTION_AT: 1_600_000_000 }),
  ],
  'oracle.patch.components': [
    { PDB: null, COMP_ID: 'CATALOG', VERSION: '19.0.0.0.0', STATUS: 'VALID' },
    { PDB: null, COMP_ID: 'RAC', VERSION: '19.0.0.0.0', STATUS: 'OPTION OFF ' },
    { PDB: null, COMP_ID: 'XDB', VERSION: '19.0.0.0.0', STATUS: 'INVALID' },
  ],
}

const session = (given = {}, answers = ANSWERS) => new AnsweringOracle(oracleFacts(given), answers)

describeProbe(patch, { open: async () => session() })

test('gives the newest patch and counts components that are not valid', async () => {
  const { samples, documents } = await sampleOnce(patch, session())
  const tags = { database: 'hcdb', pdb: '' }
  expect(samples).toEqual([
    {
      measurement: 'oracle_patch',
      tags,
      fields: { last_patch_time: 1_770_062_706, last_patch_age_days: 292.375, status: 1 },
    },
    { measurement: 'oracle_patch', tags, fields: { components_invalid: 1 } },
  ])
  expect(documents[0]).toMatchObject({ name: 'oracle_patches:hcdb1', keep: 'history' })
  expect(recordsOf(tableOf({ documents }, 'patches'))).toMatchObject([
    {
      pdb: null,
      id: '35943157',
      uid: '24589353',
      kind: 'RU',
      action: 'APPLY',
      status: 'SUCCESS',
      version: '19.22.0.0.0',
      description: 'Database Release Update : 19.22.0.0.240116 (35943157)',
      at: '2026-02-03 04:05:06',
    },
    { id: '29517242' },
  ])
  expect(recordsOf(tableOf({ documents }, 'components'))).toMatchObject([
    { id: 'CATALOG' },
    { id: 'RAC', status: 'OPTION OFF' },
    { id: 'XDB' },
  ])
})

test('tells containers apart: a PDB may lack a patch that the root has', async () => {
  const { samples } = await sampleOnce(
    patch,
    session(
      { container: 'root' },
      {
        'oracle.patch': [
          row(2, { PDB: 'CDB$ROOT' }),
          row(1, { PDB: 'PDB1', STATUS: 'WITH ERRORS (RU)' }),
        ],
        'oracle.patch.components': [
          { PDB: 'CDB$ROOT', COMP_ID: 'CATALOG', VERSION: '19.0.0.0.0', STATUS: 'VALID' },
          { PDB: 'PDB1', COMP_ID: 'CATALOG', VERSION: '19.0.0.0.0', STATUS: 'UPGRADING' },
        ],
      },
    ),
  )
  expect(
    samples.map(({ tags, fields }) => [
      tags['pdb'],
      fields['status'] ?? fields['components_invalid'],
    ]),
  ).toEqual([
    ['CDB$ROOT', 1],
    ['PDB1', 2],
    ['CDB$ROOT', 0],
    ['PDB1', 1],
  ])
})

test.each([
  { version: '11.2.0.4.0', container: 'non-cdb', reads: 'DBA_REGISTRY_HISTORY', has: 'T.COMMENTS' },
  {
    version: '12.1.0.2.0',
    container: 'non-cdb',
    reads: 'DBA_REGISTRY_SQLPATCH',
    has: 'T.BUNDLE_SERIES',
  },
  {
    version: '12.2.0.1.0',
    container: 'root',
    reads: 'CDB_REGISTRY_SQLPATCH',
    has: 'T.BUNDLE_SERIES',
  },
  { version: '18.3.0.0.0', container: 'pdb', reads: 'DBA_REGISTRY_SQLPATCH', has: 'T.PATCH_TYPE' },
  {
    version: '23.4.0.24.5',
    container: 'root',
    reads: 'CDB_REGISTRY_SQLPATCH',
    has: 'T.TARGET_VERSION',
  },
])('reads $reads of $version', ({ version, container, reads, has }) => {
  const statement = chooseVariant(PATCHES, oracleFacts({ version, container }))
  expect(statement?.reads[0]).toBe(reads)
  expect(statement?.text).toContain(has)
})

test('knows no status of an 11g patch, and none of a database that never had one', async () => {
  const old = row(8, {
    STATUS: null,
    PATCH_UID: null,
    KIND: 'SERVER',
    DESCRIPTION: 'PSU 11.2.0.4.8',
  })
  const version = { version: '11.2.0.4.0' }
  const patched = await sampleOnce(patch, session(version, { ...ANSWERS, 'oracle.patch': [old] }))
  expect(patched.samples[0]?.fields).toMatchObject({
    status: undefined,
    last_patch_age_days: 292.375,
  })
  const never = await sampleOnce(patch, session(version, { ...ANSWERS, 'oracle.patch': [] }))
  expect(never.samples.map(({ fields }) => fields)).toEqual([{ components_invalid: 1 }])
})

test('goes on with the components where the patches may not be read', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const { samples, remarks } = await sampleOnce(
    patch,
    session({}, { ...ANSWERS, 'oracle.patch': denied }),
  )
  expect(samples.map(({ fields }) => fields)).toEqual([{ components_invalid: 1 }])
  expect(remarks).toHaveLength(1)
})
