import { expect, test } from 'vitest'

import { NoDataError, type Probe } from '../../probe.ts'
import { AnsweringOracle } from '../../testing/answering-oracle.ts'
import { oracleFacts } from '../../testing/oracle-facts.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import archiveDest from './archive-dest.ts'
import asm from './asm.ts'
import backup from './backup.ts'
import corruption from './corruption.ts'
import database from './database.ts'
import dataguard from './dataguard.ts'
import fra from './fra.ts'

const OF_CDB: readonly Probe[] = [archiveDest, asm, backup, corruption, database, dataguard, fra]

test.each(OF_CDB)('$name asks nothing in a PDB: it is of the whole database', async (probe) => {
  const session = new AnsweringOracle(oracleFacts({ container: 'pdb' }), {})
  await expect(sampleOnce(probe, session)).rejects.toThrow(NoDataError)
  expect(session.sent).toEqual([])
})
