import { expect, test } from 'vitest'

import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import account from './account.ts'

const own = (given = {}, facts = oracleFacts()) =>
  new AnsweringOracle(facts, {
    'oracle.account': [
      {
        PDB: null,
        USERNAME: 'WARDROUND',
        ACCOUNT_STATUS: 'EXPIRED(GRACE)',
        DAYS_TO_EXPIRY: 6.25,
        ...given,
      },
    ],
  })

describeProbe(account, { open: async () => own() })

test('gives the expiry of the account that it is logged on with', async () => {
  const { samples } = await sampleOnce(account, own())
  expect(samples).toEqual([
    {
      measurement: 'oracle_account',
      tags: { database: 'hcdb', pdb: '', user: 'WARDROUND' },
      fields: { days_to_expiry: 6.25, account_status: 3 },
    },
  ])
})

test('two PDBs of one database do not share a series', async () => {
  const facts = oracleFacts({ container: 'pdb' })
  const { samples } = await sampleOnce(account, own({ PDB: 'HCPDB' }, facts))
  expect(samples[0]?.tags).toEqual({ database: 'hcdb', pdb: 'HCPDB', user: 'WARDROUND' })
})

test('has no expiry where the profile has none', async () => {
  const { samples } = await sampleOnce(
    account,
    own({ ACCOUNT_STATUS: 'OPEN', DAYS_TO_EXPIRY: null }),
  )
  expect(samples[0]?.fields).toEqual({ days_to_expiry: undefined, account_status: 1 })
})

test('needs no grant', () => {
  expect(account.statements?.flatMap(({ grants }) => grants)).toEqual([])
})
