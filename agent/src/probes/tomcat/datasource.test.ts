import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import datasource from './datasource.ts'

describeProbe(datasource, { open: () => openOlderTomcat() })

const INSTANCE = { instance: 'app1' }

test('pools of both kinds, with those that wait; no limit is missing, a password passed over', async () => {
  await using opened = await openOlderTomcat()
  const { samples } = await sampleOnce(datasource, opened.session)
  expect(samples).toEqual([
    {
      measurement: 'tomcat_datasource',
      tags: { ...INSTANCE, name: 'jdbc/shared', path: '', virtual_host: '' },
      fields: { active: 10, idle: 2, max: 100, wait: 3, used_percent: 10 },
    },
    {
      measurement: 'tomcat_datasource',
      tags: { ...INSTANCE, name: 'jdbc/unlimited', path: '', virtual_host: '' },
      fields: { active: 1, idle: 0, wait: 4 },
    },
  ])
  expect(JSON.stringify(samples)).not.toContain('geheim')
})

test('without jmx there is nothing to tell', async () => {
  await using opened = await openOlderTomcat({ jmx: false })
  await expect(sampleOnce(datasource, opened.session)).rejects.toMatchObject({
    name: 'NoDataError',
  })
})
