import { gauge, state } from '../../field.ts'
import { defineProbe } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { oracle } from '../../sources/oracle.ts'
import type { Statement } from '../../statement.ts'
import { ACCOUNT_STATES, toAccountState } from './account-status.ts'

const QUESTION = {
  id: 'oracle.account',
  reads: ['USER_USERS'],
  grants: [],
  cost: 'cheap',
} as const satisfies Partial<Statement>

const OWN: readonly Statement[] = [
  { ...QUESTION, where: { container: ['non-cdb'] }, text: selectOwn('NULL') },
  {
    ...QUESTION,
    since: [12, 1],
    where: { container: ['root', 'pdb'] },
    text: selectOwn(`SYS_CONTEXT('USERENV', 'CON_NAME')`),
  },
]

/**
 * The account that the agent itself logs on with: when its password expires, monitoring ends. Source: USER_USERS, of which everybody
 * sees the own row. Needs: nothing. Since: 11.2. A source in a PDB has it under that PDB, for accounts of PDBs may share a name.
 */
export default defineProbe({
  name: 'oracle.account',
  source: oracle,
  platforms: ['linux', 'darwin', 'win32'],
  everySeconds: 3_600,
  cost: 'cheap',
  reads: 'USER_USERS',
  needs: 'none',
  help: {
    zh: '监控账号自身的密码到期时间',
    en: 'When the password of the monitoring account itself expires',
  },
  measurements: {
    oracle_account: {
      identifyingTags: ['database', 'pdb', 'user'],
      fields: {
        days_to_expiry: gauge(
          'count',
          '距监控账号密码到期的天数；永不过期时缺失',
          'Days until the monitoring account’s password expires; missing when it never does',
          0.01,
        ),
        account_status: state('监控账号的状态', 'Status of the monitoring account', ACCOUNT_STATES),
      },
    },
  },
  statements: OWN,
  async sample({ session, emit, signal }) {
    const tags = await session.databaseTags(signal)
    for (const row of await session.rows(OWN, signal)) {
      emit(
        'oracle_account',
        { ...tags, pdb: textOf(row, 'PDB') ?? '', user: textOf(row, 'USERNAME') ?? '' },
        {
          days_to_expiry: numberOf(row, 'DAYS_TO_EXPIRY'),
          account_status: toAccountState(textOf(row, 'ACCOUNT_STATUS')),
        },
      )
    }
  },
})

function selectOwn(pdb: string): string {
  return `SELECT ${pdb} AS PDB, USERNAME, ACCOUNT_STATUS, EXPIRY_DATE - SYSDATE AS DAYS_TO_EXPIRY FROM USER_USERS`
}
