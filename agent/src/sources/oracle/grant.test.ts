import { expect, test } from 'vitest'

import { reading, selectOn } from './grant.ts'

test.each([
  ['V$SESSION', 'GRANT SELECT ON SYS.V_$SESSION TO wardround'],
  ['GV$INSTANCE', 'GRANT SELECT ON SYS.GV_$INSTANCE TO wardround'],
  ['DBA_DATA_FILES', 'GRANT SELECT ON SYS.DBA_DATA_FILES TO wardround'],
  ['CDB_FREE_SPACE', 'GRANT SELECT ON SYS.CDB_FREE_SPACE TO wardround'],
])('%s is read with %s', (view, grant) => {
  expect(selectOn(view)).toBe(grant)
})

test('names each view and its grant, in the order given', () => {
  expect(reading('V$LOG', 'DBA_TABLESPACES')).toEqual({
    reads: ['V$LOG', 'DBA_TABLESPACES'],
    grants: [selectOn('V$LOG'), selectOn('DBA_TABLESPACES')],
  })
})
