import { expect, test } from 'vitest'

import { ManualTime } from '../../testing/manual-time.ts'
import { RecordIntake, type ReceivedRecord } from './record-intake.ts'

const record = (text: string, ...rules: string[]): ReceivedRecord => ({
  body: { text },
  text,
  rules,
})

function open({ ratePerSecond = 20, repeatWithinMs = 60_000 } = {}) {
  const time = new ManualTime()
  const devices = new Map([['10.0.0.9', 'fcsw1']])
  const intake = new RecordIntake({ devices, ratePerSecond, repeatWithinMs }, time)
  return { time, intake }
}

test('a record belongs to the device of its address, others to this host', () => {
  const { intake } = open()
  intake.take('::ffff:10.0.0.9', record('a'))
  intake.take('10.0.0.10', record('b'))
  expect(
    intake.drain(10).map(({ subject, body }) => [subject, body['sender'], body['text']]),
  ).toEqual([
    ['fcsw1', '10.0.0.9', 'a'],
    ['', '10.0.0.10', 'b'],
  ])
  expect(intake.unknown).toBe(1)
})

test('each record has a key of its own', () => {
  const { intake } = open({ repeatWithinMs: 0 })
  for (let n = 0; n < 100; n++) intake.take('10.0.0.9', record('a'))
  const keys = intake.drain(1_000).map(({ key }) => key)
  expect(new Set(keys).size).toBe(100)
})

test('the same text is kept once, with the number of its repeats when its time is over', async () => {
  const { time, intake } = open()
  for (let n = 0; n < 5; n++) intake.take('10.0.0.9', record('a', 'error'))
  intake.take('10.0.0.10', record('a'))
  expect(intake.drain(10)).toHaveLength(2)
  await time.pass(60_000)
  const [repeats, ...rest] = intake.drain(10)
  expect(rest).toEqual([])
  expect(repeats).toMatchObject({ subject: 'fcsw1', body: { text: 'a', repeats: 4 } })
  expect(repeats?.key).toMatch(/ repeats$/)
  intake.take('10.0.0.9', record('a'))
  expect(intake.drain(10)).toHaveLength(1)
  expect(intake.takeMatches(1)).toMatchObject([{ subject: 'fcsw1', total: 5 }])
})

test('a sender is taken so often in a second, in a burst ten times that; others as before', async () => {
  const { time, intake } = open({ ratePerSecond: 5 })
  const taken = (sender: string) =>
    Array.from({ length: 200 }, () => intake.admits(sender)).filter(Boolean).length
  expect(taken('10.0.0.9')).toBe(50)
  expect(taken('10.0.0.10')).toBe(50)
  expect(intake.losses.rate).toBe(300)
  await time.pass(2_000)
  expect(taken('10.0.0.9')).toBe(10)
})

test('forged senders without number cost bounded memory and no known device its share', () => {
  const { intake } = open()
  let [forged, known] = [0, 0]
  for (let n = 0; n < 100_000; n++) {
    if (intake.admits(`10.1.${n >> 8}.${n & 255}`)) forged++
    if (n % 1_000 === 0 && intake.admits('10.0.0.9')) known++
  }
  expect(forged).toBeLessThanOrEqual(10_000)
  expect(known).toBe(100)
})

test('a stranger that sends without end takes nothing from the other strangers', async () => {
  const { time, intake } = open()
  let other = 0
  for (let ms = 0; ms < 60_000; ms += 10) {
    for (let n = 0; n < 200; n++) intake.admits('10.1.0.1')
    if (ms % 1_000 === 0 && intake.admits('10.1.0.2')) other++
    await time.pass(10)
  }
  expect(other).toBe(60)
})

test('what strangers sent waits behind what devices sent, and fills no room of theirs', () => {
  const { intake } = open({ repeatWithinMs: 0 })
  for (let n = 0; n < 6_000; n++) intake.take('10.1.0.1', record(`${n}`))
  intake.take('10.0.0.9', record('a'))
  expect(intake.waiting).toBe(1_001)
  expect(intake.drain(2).map(({ subject }) => subject)).toEqual(['fcsw1', ''])
})

test('no more waits than fits; the rest is counted, and forgotten after ten minutes', async () => {
  const { time, intake } = open({ repeatWithinMs: 0 })
  for (let n = 0; n < 6_000; n++) intake.take('10.0.0.9', record(`${n}`))
  expect(intake.waiting).toBe(5_000)
  expect(intake.losses.full).toBe(1_000)
  expect(intake.lostRecently).toBe(1_000)
  await time.pass(11 * 60_000)
  expect(intake.lostRecently).toBe(0)
})
