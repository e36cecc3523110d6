import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import jvmMemory from './jvm-memory.ts'

describeProbe(jvmMemory, { open: () => openOlderTomcat() })

test('memory and pools, with percentages where there is a limit', async () => {
  await using opened = await openOlderTomcat()
  const { samples } = await sampleOnce(jvmMemory, opened.session)
  expect(samples.map(({ measurement, fields }) => ({ measurement, ...fields }))).toEqual([
    {
      measurement: 'tomcat_jvm_memory',
      free: 20000000,
      total: 100000000,
      max: 400000000,
      used_percent: 20,
    },
    {
      measurement: 'tomcat_jvm_memorypool',
      init: 1,
      committed: 200,
      max: 1000,
      used: 100,
      used_percent: 10,
    },
    { measurement: 'tomcat_jvm_memorypool', init: 0, committed: 200, used: 100 },
    { measurement: 'tomcat_jvm_memory', heap_used: 2, nonheap_used: 6 },
  ])
})
