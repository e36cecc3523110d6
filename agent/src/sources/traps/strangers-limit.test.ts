import { expect, test } from 'vitest'

import { ManualTime } from '../../testing/manual-time.ts'
import { StrangersLimit } from './strangers-limit.ts'

const V2 = Buffer.from('300a020101', 'hex')
const V3 = Buffer.from('308201000201030000', 'hex')
const SHORT_V3 = Buffer.from('300a020103', 'hex')

test('strangers share a few v3 packets, whatever address they write on them', async () => {
  const time = new ManualTime()
  const limit = new StrangersLimit(new Map([['10.0.0.9', 'fcsw1']]), time)
  const admitted = (packet: Buffer, address = '') =>
    Array.from({ length: 100 }, (_, at) =>
      limit.admits(packet, address === '' ? `10.0.1.${at}` : address),
    ).filter(Boolean).length
  expect(admitted(V3)).toBe(20)
  expect(admitted(SHORT_V3)).toBe(0)
  expect(admitted(V2)).toBe(100)
  expect(admitted(V3, '::ffff:10.0.0.9')).toBe(100)
  await time.pass(1_000)
  expect(admitted(V3)).toBe(2)
})
