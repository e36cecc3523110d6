import fc from 'fast-check'
import { expect, test } from 'vitest'

import { describeProbe } from '../../testing/describe-probe.ts'
import { openSmallServer } from '../../testing/open-small-server.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { logEntry } from '../../testing/small-redfish-server.ts'
import { toLogEntry } from '../../sources/redfish/device-logs.ts'
import log from './log.ts'

describeProbe(log, { open: () => openSmallServer() })

const ENTRIES = '/redfish/v1/Managers/BMC/LogServices/SEL/Entries'
const started = logEntry('1', 'OK', 'started')

test('tells what is new since the last run, once, and counts it by severity', async () => {
  await using opened = await openSmallServer()
  const { device, session } = opened
  const first = await sampleOnce(log, session)
  expect(first.events).toEqual([])
  device.resources.set(ENTRIES, {
    Members: [
      logEntry('3', 'Critical', 'PSU 2 failed, password=hunter2'),
      logEntry('2', 'Grave', 'a word that we do not know'),
      started,
    ],
  })
  const second = await sampleOnce(log, session, { memory: first.memory, timeMs: 300_000 })
  expect(second.events).toEqual([
    {
      kind: 'log',
      key: '/redfish/v1/Managers/BMC/LogServices/SEL 3 2026-11-22T10:11:12Z',
      body: {
        file: 'redfish/BMC/SEL',
        rules: ['critical'],
        text: 'PSU 2 failed, password=***',
        id: '3',
        created: '2026-11-22T10:11:12Z',
      },
    },
    expect.objectContaining({ body: expect.objectContaining({ rules: ['unknown'] }) }),
  ])
  const fields = Object.fromEntries(
    second.samples.map(({ tags, fields: own }) => [tags['rule'], own]),
  )
  expect(fields).toEqual({
    critical: { matches_total: 1, matches_10m: 1, alarm: 3 },
    warning: { matches_total: 0, matches_10m: 0, alarm: 0 },
    unknown: { matches_total: 1, matches_10m: 1, alarm: 1 },
  })
  const third = await sampleOnce(log, session, { memory: second.memory, timeMs: 600_000 })
  expect(third.events).toEqual([])
})

test('a log that was cleared begins anew: the same number of another time is another entry', async () => {
  await using opened = await openSmallServer()
  const { device, session } = opened
  await sampleOnce(log, session)
  device.resources.set(ENTRIES, { Members: [] })
  await sampleOnce(log, session)
  device.resources.set(ENTRIES, { Members: [{ ...started, Created: '2026-11-23T00:00:00Z' }] })
  expect((await sampleOnce(log, session)).events).toHaveLength(1)
})

test('a flood of entries is counted, and a hundred of them told', async () => {
  await using opened = await openSmallServer()
  const { device, session } = opened
  await sampleOnce(log, session)
  const Members = Array.from({ length: 900 }, (_, at) => logEntry(`${at + 2}`, 'Warning', 'again'))
  device.resources.set(ENTRIES, { Members })
  const { events, samples } = await sampleOnce(log, session)
  expect(events).toHaveLength(100)
  expect(samples.find(({ tags }) => tags['rule'] === 'warning')?.fields['matches_total']).toBe(900)
})

test('a log that can’t be read for once makes nothing new that was known', async () => {
  await using opened = await openSmallServer()
  const { device, session } = opened
  await sampleOnce(log, session)
  device.resources.set(ENTRIES, 500)
  await expect(sampleOnce(log, session)).rejects.toMatchObject({ code: 'UNREADABLE' })
  device.resources.set(ENTRIES, { Members: [started] })
  expect((await sampleOnce(log, session)).events).toEqual([])
})

test('of a log with its newest entries first, pages are read up to what is known', async () => {
  await using opened = await openSmallServer()
  const { device, session } = opened
  const made = (id: number) => ({
    ...logEntry(String(id), 'Warning', 'x'),
    Created: new Date(Date.UTC(2026, 10, 22) + id * 60_000).toISOString(),
  })
  const setPages = (newest: number) => {
    for (let page = 0; page < 10; page++)
      device.resources.set(page === 0 ? ENTRIES : `${ENTRIES}?$skip=${page * 5}`, {
        Members: [0, 1, 2, 3, 4].map((at) => made(newest - page * 5 - at)),
        '@odata.nextLink': `${ENTRIES}?$skip=${(page + 1) * 5}`,
      })
  }
  const asked = () => device.requests.filter((request) => request.includes('Entries')).length
  setPages(100)
  await sampleOnce(log, session)
  expect(asked()).toBe(1)
  setPages(107)
  const { events } = await sampleOnce(log, session)
  expect(events.map(({ body }) => Object(body).id)).toEqual([
    '107',
    '106',
    '105',
    '104',
    '103',
    '102',
    '101',
  ])
  expect(asked()).toBe(3)
})

test('an entry may hold anything', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.constantFrom('Id', 'Created', 'Severity', 'Message', 'MessageId'),
        fc.anything(),
      ),
      (entry) => {
        const found = toLogEntry(entry)
        expect(found === undefined || found.message.length <= 2_048).toBe(true)
      },
    ),
  )
})
