import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import gc from './gc.ts'

describeProbe(gc, { open: () => openOlderTomcat() })

test('counts the collections of each collector', async () => {
  await using opened = await openOlderTomcat()
  expect((await sampleOnce(gc, opened.session)).samples).toMatchObject([
    { tags: { name: 'PS Scavenge' }, fields: { count_total: 41, time_ms_total: 950 } },
  ])
})

test('without jmx there is nothing to tell', async () => {
  await using opened = await openOlderTomcat({ jmx: false })
  await expect(sampleOnce(gc, opened.session)).rejects.toMatchObject({ name: 'NoDataError' })
})
