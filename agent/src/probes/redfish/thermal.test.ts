import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import thermal from './thermal.ts'

describeProbe(thermal, { open: () => openSmallServer() })

async function componentsOfSmall() {
  await using opened = await openSmallServer()
  return componentsOf(await sampleOnce(thermal, opened.session))
}

test('fans and temperatures of the old shape; sensors of what is not fitted are left out', async () => {
  expect(await componentsOfSmall()).toEqual({
    'fan Fan 1 (1U/0)': { health: 0, running: 1, rpm: 2_100 },
    'fan Fan 2 (1U/1)': { health: 2, running: 1 },
    'temperature Inlet (1U/0)': { health: 0, running: 1, temp_c: 24.5 },
  })
})
