import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import thread from './thread.ts'

describeProbe(thread, { open: () => openOlderTomcat() })

test('counts the threads, not their numbers', async () => {
  await using opened = await openOlderTomcat()
  expect((await sampleOnce(thread, opened.session)).samples).toMatchObject([
    { fields: { count: 61, peak: 70 } },
  ])
})

test('without jmx there is nothing to tell', async () => {
  await using opened = await openOlderTomcat({ jmx: false })
  await expect(sampleOnce(thread, opened.session)).rejects.toMatchObject({ name: 'NoDataError' })
})
