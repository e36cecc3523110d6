import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { componentsOf, openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import power from './power.ts'

describeProbe(power, { open: () => openSmallServer() })

async function componentsOfSmall() {
  await using opened = await openSmallServer()
  return componentsOf(await sampleOnce(power, opened.session))
}

test('power supplies of the old shape, and what the chassis draws', async () => {
  expect(await componentsOfSmall()).toEqual({
    'power PSU 1 (1U/0)': { health: 0, running: 1, watts: 325, volts: 220.5 },
    'power PSU 2 (1U/1)': { health: 2, running: 2 },
    'enclosure Chassis (1U)': { watts: 344 },
  })
})
