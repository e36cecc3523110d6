import { recordsOf } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { NoDataError, ProbeError } from '../../probe.ts'
import { chooseVariant } from '../../statement.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import type { Answers } from '../../testing/answering-session.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { tableOf } from '../../testing/table-of.ts'
import user from './user.ts'
import { MOST_USERS, USERS } from './user-statements.ts'

const row = (USERNAME: string, given = {}) => ({
  PDB: null,
  USERNAME,
  ACCOUNT_STATUS: 'OPEN',
  PROFILE: 'DEFAULT',
  AUTHENTICATION_TYPE: 'PASSWORD',
  CREATED_AT: '2024-01-31',
  LOCKED_AT: null,
  EXPIRES_AT: '2026-12-01 00:00:00',
  DAYS_TO_EXPIRY: 8.5,
  PASSWORD_AGE_DAYS: 171.5,
  ...given,
})

const LOCKED = {
  ACCOUNT_STATUS: 'EXPIRED & LOCKED',
  LOCKED_AT: '2026-10-01 08:00:00',
  DAYS_TO_EXPIRY: -51.25,
  PASSWORD_AGE_DAYS: null,
}

const ANSWERS: Answers = {
  'oracle.user': [row('HC'), row('OLD', LOCKED), row('SYSTEM', { DAYS_TO_EXPIRY: null })],
  'oracle.user.password-age': [{ USERNAME: 'HC', PASSWORD_AGE_DAYS: 90 }],
  'oracle.user.profiles': [
    { PDB: null, PROFILE: 'DEFAULT', RESOURCE_NAME: 'PASSWORD_LIFE_TIME', LIMIT: '180' },
  ],
}

const session = (version: string, answers = ANSWERS) =>
  new AnsweringOracle(oracleFacts({ version }), answers)

describeProbe(user, { open: async () => session('19.3.0.0.0') })

test('gives status, expiry and the password’s age of each account', async () => {
  const { samples } = await sampleOnce(user, session('19.3.0.0.0'))
  expect(samples.map(({ tags, fields }) => [tags, fields])).toEqual([
    [
      { database: 'hcdb', pdb: '', user: 'HC' },
      { days_to_expiry: 8.5, password_age_days: 171.5, account_status: 1, locked: 0 },
    ],
    [
      { database: 'hcdb', pdb: '', user: 'OLD' },
      { days_to_expiry: -51.25, password_age_days: undefined, account_status: 8, locked: 1 },
    ],
    [
      { database: 'hcdb', pdb: '', user: 'SYSTEM' },
      { days_to_expiry: undefined, password_age_days: 171.5, account_status: 1, locked: 0 },
    ],
  ])
})

test('keeps accounts and profiles as a document', async () => {
  const { documents } = await sampleOnce(user, session('19.3.0.0.0'))
  expect(documents).toMatchObject([{ name: 'oracle_users:hcdb1', keep: 'history' }])
  expect(recordsOf(tableOf({ documents }, 'users'))).toMatchObject([
    {
      pdb: null,
      user: 'HC',
      status: 'OPEN',
      profile: 'DEFAULT',
      authentication: 'PASSWORD',
      created: '2024-01-31',
      locked: null,
      expires: '2026-12-01 00:00:00',
    },
    { user: 'OLD', locked: '2026-10-01 08:00:00' },
    { user: 'SYSTEM' },
  ])
  expect(recordsOf(tableOf({ documents }, 'profiles'))).toEqual([
    { pdb: null, profile: 'DEFAULT', limit: 'PASSWORD_LIFE_TIME', value: '180' },
  ])
})

test('before 18c takes the age from the DBA’s own view', async () => {
  const old = ANSWERS['oracle.user']
  if (!Array.isArray(old)) throw new Error('rows')
  const rows = old.map((one) => ({ ...one, PASSWORD_AGE_DAYS: null }))
  const { samples } = await sampleOnce(
    user,
    session('11.2.0.4.0', { ...ANSWERS, 'oracle.user': rows }),
  )
  expect(samples.map(({ fields }) => fields['password_age_days'])).toEqual([
    90,
    undefined,
    undefined,
  ])
})

test('does without that view where there is none, and says how it is made', async () => {
  const denied = new ProbeError('NOT_PERMITTED', { zh: '缺少视图', en: 'the view is not there' })
  const answers = { ...ANSWERS, 'oracle.user.password-age': denied }
  const { samples, remarks } = await sampleOnce(user, session('12.1.0.2.0', answers))
  expect(samples).toHaveLength(3)
  expect(remarks).toEqual([{ zh: '缺少视图', en: 'the view is not there' }])
})

test('from 18c on does not ask for it', async () => {
  const asked = session('19.3.0.0.0')
  await sampleOnce(user, asked)
  expect(asked.sent.map(({ statement }) => statement.id)).toEqual([
    'oracle.user',
    'oracle.user.profiles',
  ])
})

test.each([
  {
    version: '11.2.0.4.0',
    container: 'non-cdb',
    has: [`NOT IN ('ANONYMOUS'`, 'DBA_USERS'],
    lacks: ['ORACLE_MAINTAINED', 'COMMON', 'PASSWORD_CHANGE_DATE'],
  },
  {
    version: '12.1.0.1.0',
    container: 'root',
    has: [`NOT IN ('ANONYMOUS'`],
    lacks: ['ORACLE_MAINTAINED', 'PASSWORD_CHANGE_DATE'],
  },
  {
    version: '12.1.0.2.0',
    container: 'non-cdb',
    has: [`ORACLE_MAINTAINED = 'N'`],
    lacks: ['PASSWORD_CHANGE_DATE', 'CDB_'],
  },
  {
    version: '12.2.0.1.0',
    container: 'root',
    has: ['CDB_USERS', 'T.COMMON', 'C.NAME AS PDB'],
    lacks: ['PASSWORD_CHANGE_DATE'],
  },
  {
    version: '18.0.0.0.0',
    container: 'pdb',
    has: ['DBA_USERS', 'T.PASSWORD_CHANGE_DATE', 'CON_NAME'],
    lacks: ['CDB_', 'T.COMMON'],
  },
  {
    version: '23.4.0.24.5',
    container: 'root',
    has: ['CDB_USERS', 'T.PASSWORD_CHANGE_DATE'],
    lacks: [],
  },
])('asks $version ($container) for what its views have', ({ version, container, has, lacks }) => {
  const text = chooseVariant(USERS, oracleFacts({ version, container }))?.text ?? ''
  for (const part of has) expect(text).toContain(part)
  for (const part of lacks) expect(text).not.toContain(part)
})

test('tells containers apart', async () => {
  const rows = [row('HC', { PDB: 'PDB1' }), row('HC', { PDB: 'PDB2  ' })]
  const facts = oracleFacts({ container: 'root' })
  const { samples } = await sampleOnce(
    user,
    new AnsweringOracle(facts, { ...ANSWERS, 'oracle.user': rows }),
  )
  expect(samples.map(({ tags }) => tags['pdb'])).toEqual(['PDB1', 'PDB2'])
})

test('reports so many and says so', async () => {
  const rows = Array.from({ length: MOST_USERS + 1 }, (_, at) => row(`U${at}`))
  const { samples, remarks, documents } = await sampleOnce(
    user,
    session('19.3.0.0.0', { ...ANSWERS, 'oracle.user': rows }),
  )
  expect(samples).toHaveLength(MOST_USERS)
  expect(remarks[0]?.en).toContain('more than 1000 accounts')
  expect(Buffer.byteLength(JSON.stringify(documents[0]?.body))).toBeLessThan(250_000)
})

test('asks for no hash, and for no grant that shows one', () => {
  for (const { text, grants } of user.statements ?? []) {
    expect(text).not.toMatch(/USER\$|SPARE4|PASSWORD_VERSIONS|\bPASSWORD\b/)
    for (const grant of grants.filter((one) => one.startsWith('GRANT')))
      expect(grant).not.toContain('USER$')
  }
  const made = user.statements?.flatMap(({ grants }) =>
    grants.filter((one) => !one.startsWith('GRANT')),
  )
  expect(made).toEqual([
    'CREATE OR REPLACE VIEW SYS.WARDROUND_PASSWORD_AGE AS SELECT NAME AS USERNAME, PTIME AS PASSWORD_CHANGE_DATE FROM SYS.USER$ WHERE TYPE# = 1',
  ])
})

test('fails with the missing grant where nothing may be read, and is quiet where another instance collects', async () => {
  const denied = new ProbeError('NOT_PERMITTED', 'lacks a grant')
  const closed = session('19.3.0.0.0', { 'oracle.user': denied, 'oracle.user.profiles': denied })
  await expect(sampleOnce(user, closed)).rejects.toThrow('lacks a grant')
  const other = session('19.3.0.0.0')
  other.collectsDatabase = false
  await expect(sampleOnce(user, other)).rejects.toThrow(NoDataError)
})
