import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import up from './up.ts'

describeProbe(up, { open: () => openSmallServer() })

test('a device that answers is up', async () => {
  await using opened = await openSmallServer()
  const { samples } = await sampleOnce(up, opened.session)
  expect(samples[0]?.fields).toMatchObject({ up: 1, error_code: 0 })
})

test('a device that is gone is down, with the reason', async () => {
  await using opened = await openSmallServer()
  await opened.device[Symbol.asyncDispose]()
  const { samples } = await sampleOnce(up, opened.session)
  expect(samples[0]?.fields).toEqual({ up: 0, response_ms: undefined, error_code: 1 })
})
