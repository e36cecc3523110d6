import { expect, test } from 'vitest'
import { describeProbe } from '../../testing/describe-probe.ts'
import { openOlderTomcat } from '../../testing/older-tomcat.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import connector from './connector.ts'

describeProbe(connector, { open: () => openOlderTomcat() })

const INSTANCE = { instance: 'app1' }

test('connectors, with the connections kept open of those that the status names', async () => {
  await using opened = await openOlderTomcat()
  const { samples } = await sampleOnce(connector, opened.session)
  const tags = { ...INSTANCE, name: 'http-nio-8080', source: opened.session.source }
  expect(samples).toEqual([
    {
      measurement: 'tomcat_connector',
      tags,
      fields: {
        max_threads: 200,
        current_thread_count: 60,
        current_threads_busy: 50,
        busy_percent: 25,
        request_count: 4838,
        error_count: 24,
        processing_time: 28326,
        max_time: 247,
        bytes_received: 7,
        bytes_sent: 12174519,
      },
    },
    { measurement: 'tomcat_connector', tags, fields: { keepalive: 12 } },
  ])
})
