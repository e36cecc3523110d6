import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import context from './context.ts'

describeProbe(context, { open: () => openOlderTomcat() })

const INSTANCE = { instance: 'app1' }

test('contexts come from the MBeans where the status has none', async () => {
  await using opened = await openOlderTomcat()
  expect((await sampleOnce(context, opened.session)).samples).toEqual([
    {
      measurement: 'tomcat_context',
      tags: { ...INSTANCE, virtual_host: 'localhost', path: '/shop' },
      fields: {
        state: 1,
        sessions_active: 5,
        sessions_max: 9,
        sessions_created_total: 20,
        sessions_rejected_total: 1,
        expired_total: 14,
      },
    },
  ])
})

test('without jmx there is nothing to tell', async () => {
  await using opened = await openOlderTomcat({ jmx: false })
  await expect(sampleOnce(context, opened.session)).rejects.toMatchObject({ name: 'NoDataError' })
})
