import { describe, expect, test } from 'vitest'
import { systemTimers } from '../../clocks.ts'
import { NoDataError } from '../../probe.ts'
import { ManualTime } from '../../testing/manual-time.ts'
import { OpenedSnmp } from '../../testing/open-snmp-source.ts'
import { element, PDU_TAGS, responsePacket } from '../../testing/snmp-ber.ts'
import { UdpDevice } from '../../testing/udp-device.ts'
import { integerOf, textOf } from './snmp-value.ts'

const IF_ENTRY = '1.3.6.1.2.1.2.2.1'
const { signal } = new AbortController()

/** A table of ports, columns 1 (number), 2 (name) and 10 (a counter), and what stands behind it. */
function portWalk(ports: number): string {
  const rows = Array.from({ length: ports }, (_, at) => at + 1)
  return [
    '1.3.6.1.2.1.1.1.0|4|switch',
    '1.3.6.1.2.1.1.5.0|4|sw1',
    ...rows.map((port) => `${IF_ENTRY}.1.${port}|2|${port}`),
    ...rows.map((port) => `${IF_ENTRY}.2.${port}|4|port${port}`),
    ...rows.map((port) => `${IF_ENTRY}.10.${port}|65|${port * 100}`),
    '1.3.6.1.2.1.3.1.0|2|1',
  ].join('\n')
}

const open = (device: UdpDevice, options: Readonly<Record<string, unknown>> = {}, context = {}) =>
  OpenedSnmp.open(
    {
      version: 'v2c',
      community: 'public',
      connect: device.address,
      timeout: '20s', // what is answered at all is answered, however slow the machine
      retries: 0,
      ...options,
    },
    context,
  )

const value = (text: string) => ({ tag: 4, contents: Buffer.from(text) })
/** What is asked for with everything. */
const UP_TIME = ['1.3.6.1.2.1.1.3.0', { tag: 67, contents: Buffer.from([9]) }] as const
const nameOf = (port: number) => [`${IF_ENTRY}.2.${port}`, value('x')] as const

describe('a device that misbehaves', { timeout: 60_000 }, () => {
  test.each(['v1', 'v2c'])('the whole table arrives by %s, each value once', async (version) => {
    await using device = await UdpDevice.start(portWalk(96))
    await using opened = await open(device, { version })
    const rows = await opened.session.table(IF_ENTRY, [1, 2, 10, 99], signal)
    expect(rows.size).toBe(96)
    for (const [index, row] of rows) {
      expect([integerOf(row.get(1)), textOf(row.get(2)), integerOf(row.get(10))]).toEqual([
        Number(index),
        `port${index}`,
        Number(index) * 100,
      ])
      expect(row.has(99)).toBe(false)
    }
    expect(await opened.session.table(IF_ENTRY, [1, 2, 10, 99], signal)).toEqual(rows)
  })

  test('nothing but GET, GETNEXT and GETBULK is ever sent', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    for (const version of ['v1', 'v2c']) {
      await using opened = await open(device, { version })
      await opened.session.ping(signal)
      await opened.session.device(signal)
      await opened.session.table(IF_ENTRY, [1, 2], signal)
      await opened.session.get(['1.3.6.1.2.1.1.5.0', '1.3.6.1.9.9.9.0'], signal)
    }
    const sent = new Set(device.requests.map(({ pdu }) => pdu))
    expect(sent).toEqual(new Set([PDU_TAGS.get, PDU_TAGS.next, PDU_TAGS.bulk]))
    for (const { repetitions, pdu } of device.requests)
      if (pdu === PDU_TAGS.bulk) expect(repetitions).toBeLessThanOrEqual(20)
  })

  test('one request is in flight at a time, however many probes ask', async () => {
    await using device = await UdpDevice.start(portWalk(8))
    let inFlight = 0
    let most = 0
    device.answering = async (_, honest) => {
      most = Math.max(most, ++inFlight)
      await new Promise((resolve) => setTimeout(resolve, 2))
      inFlight--
      return [honest()]
    }
    await using opened = await open(device)
    await Promise.all(
      Array.from({ length: 12 }, () => opened.session.table(IF_ENTRY, [1, 2, 10], signal)),
    )
    expect(most).toBe(1)
  })

  test('a lost packet is asked for again', async () => {
    await using device = await UdpDevice.start(portWalk(20))
    let at = 0
    device.answering = (_, honest) => (at++ % 3 === 1 ? [] : [honest()])
    await using opened = await open(device, { timeout: '500ms', retries: 5 })
    expect((await opened.session.table(IF_ENTRY, [1, 2, 10], signal)).size).toBe(20)
    expect(opened.session.counts.timeouts).toBe(0)
  })

  test('what is too big for the device is asked for in smaller parts', async () => {
    await using device = await UdpDevice.start(portWalk(40))
    device.answering = (request, honest) =>
      request.oids.length * Math.max(1, request.repetitions) > 7
        ? [responsePacket(request, [], { status: 1, index: 0 })]
        : [honest()]
    await using opened = await open(device)
    expect((await opened.session.table(IF_ENTRY, [1, 2, 10], signal)).size).toBe(40)
    const asked = Array.from({ length: 12 }, (_, at) => `${IF_ENTRY}.2.${at + 1}`)
    expect((await opened.session.get(asked, signal)).size).toBe(12)
  })

  test('an answer that is cut off is gone on with', async () => {
    await using device = await UdpDevice.start(portWalk(40))
    device.mostVarbinds = 5
    await using opened = await open(device)
    expect((await opened.session.table(IF_ENTRY, [1, 2, 10], signal)).size).toBe(40)
  })

  test.each([
    ['that stands still', [1, 1], `${IF_ENTRY}.2.1 follows ${IF_ENTRY}.2.1`],
    ['that goes back', [7, 3], `${IF_ENTRY}.2.3 follows ${IF_ENTRY}.2.7`],
    ['without a value', [], 'holds no variable'],
  ])('a walk %s ends', async (_, ports, expected) => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = (request, honest) =>
      request.pdu === PDU_TAGS.bulk
        ? [responsePacket(request, [UP_TIME, ...ports.map((port) => nameOf(port))])]
        : [honest()]
    await using opened = await open(device)
    await expect(opened.session.table(IF_ENTRY, [2], signal)).rejects.toMatchObject({
      code: 'UNPARSABLE',
      message: expect.stringContaining(expected),
    })
  })

  test.each([
    ['with values', 4],
    ['with nothing in it', 5],
  ])('a table without an end, %s, is a flood', async (_, tag) => {
    await using device = await UdpDevice.start(portWalk(3))
    let next = 1
    const nextRow = () =>
      [`${IF_ENTRY}.2.${next++}`, { tag, contents: Buffer.alloc(tag === 5 ? 0 : 1) }] as const
    device.answering = (request, honest) =>
      request.pdu === PDU_TAGS.bulk
        ? [responsePacket(request, [UP_TIME, ...Array.from({ length: 20 }, nextRow)])]
        : [honest()]
    await using opened = await open(device)
    await expect(
      opened.session.table(IF_ENTRY, [2], signal, { maxRows: 500 }),
    ).rejects.toMatchObject({ code: 'FLOOD' })
    expect(device.requests.length).toBeLessThan(40)
  })

  test('answers that were not asked for are not listened to', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = (request, honest) => [
      responsePacket({ ...request, id: request.id + 1 }, [
        ['1.3.6.1.2.1.1.5.0', value('wrong id')],
      ]),
      responsePacket({ ...request, version: 0 }, [['1.3.6.1.2.1.1.5.0', value('wrong version')]]),
      Buffer.from('rubbish'),
      Buffer.alloc(0),
      element(0x30, Buffer.from([2, 1, 1])),
      honest(),
    ]
    await using opened = await open(device)
    const found = await opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)
    expect(textOf(found.get('1.3.6.1.2.1.1.5.0'))).toBe('sw1')
  })

  test('an answer from another address is not listened to', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    await using spoofer = await UdpDevice.start(portWalk(3))
    device.answering = () => []
    await using opened = await open(device, { timeout: '200ms' })
    device.answering = (request) => {
      const forged = responsePacket(request, [['1.3.6.1.2.1.1.3.0', value('forged')]])
      const asker = device.lastAsker
      if (asker !== undefined) spoofer.sendTo(forged, asker)
      return []
    }
    expect(await opened.session.ping(signal)).toMatchObject({ failure: 'silent' })
  })

  test('values that were not asked for do not count', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = (request) => [
      responsePacket(request, [UP_TIME, ['1.3.6.1.4.1.1.0', value('something else')]]),
    ]
    await using opened = await open(device)
    expect(await opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)).toEqual(new Map())
  })

  test('a question that hangs is told by its OID and the device stays known as working', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = (request, honest) =>
      request.oids.some((oid) => oid.startsWith(IF_ENTRY)) ? [] : [honest()]
    await using opened = await open(device, { timeout: '2s' })
    await expect(opened.session.table(IF_ENTRY, [2], signal)).rejects.toMatchObject({
      code: 'NOT_ANSWERING',
      message: expect.stringContaining(`${IF_ENTRY}.2`),
    })
    expect(opened.context.standing.state).not.toBe('failing')
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
  })

  test('a device that is too slow is left alone when its minute is used up', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    const time = new ManualTime()
    device.answering = (_, honest) => {
      time.stall(900) // each answer takes its time
      return [honest()]
    }
    const context = { clocks: time, timers: systemTimers }
    await using opened = await open(device, { budget: '3s' }, context)
    for (let at = 0; at < 4; at++) await opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)
    await expect(opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)).rejects.toThrow('used up')
    await time.pass(60_000)
    expect((await opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)).size).toBe(1)
  })

  test('a restart under the walk makes it void, and the device is asked anew what it is', async () => {
    await using device = await UdpDevice.start(portWalk(60))
    const time = new ManualTime()
    device.setUpTime(5_000_000)
    await using opened = await open(device, {}, { clocks: time, timers: systemTimers })
    expect((await opened.session.device(signal)).name).toBe('sw1')
    let walked = 0
    device.answering = (_, honest) => {
      if (++walked === 3) {
        device.setUpTime(100)
        device.set('1.3.6.1.2.1.1.5.0', Buffer.from('sw1-new'))
      }
      return [honest()]
    }
    await expect(opened.session.table(IF_ENTRY, [1, 2, 10], signal)).rejects.toThrow('restarted')
    expect((await opened.session.device(signal)).name).toBe('sw1-new')
    expect((await opened.session.table(IF_ENTRY, [1, 2, 10], signal)).size).toBe(60)
  })

  test('rows that vanish under the walk leave the others whole', async () => {
    await using device = await UdpDevice.start(portWalk(60))
    let walked = 0
    device.answering = (_, honest) => {
      if (++walked === 2)
        for (const column of [1, 2, 10]) device.set(`${IF_ENTRY}.${column}.50`, undefined)
      return [honest()]
    }
    await using opened = await open(device)
    const rows = await opened.session.table(IF_ENTRY, [1, 2, 10], signal)
    expect(rows.has('50')).toBe(false)
    expect(rows.size).toBe(59)
    for (const [index, row] of rows) expect(textOf(row.get(2))).toBe(`port${index}`)
  })

  test('what is under way ends when its run is over', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = () => []
    await using opened = await open(device, { timeout: '30s' })
    const abort = new AbortController()
    const asked = opened.session.table(IF_ENTRY, [2], abort.signal)
    await expect.poll(() => device.requests.length, { timeout: 20_000 }).toBe(1)
    abort.abort()
    await expect(asked).rejects.toMatchObject({ code: 'DEADLINE' })
    expect(opened.context.standing.state).not.toBe('failing')
  })

  test('a run that is over while the device is looked for says nothing of it either', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    const abort = new AbortController()
    let asked = 0
    device.answering = () => {
      if (++asked === 2) abort.abort() // the second asks whether it is there
      return []
    }
    await using opened = await open(device, { timeout: '1s' })
    await expect(opened.session.table(IF_ENTRY, [2], abort.signal)).rejects.toMatchObject({
      code: 'DEADLINE',
    })
    expect(opened.context.standing.state).not.toBe('failing')
  })

  test('v1 leaves out what one of several objects lacks', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    await using opened = await open(device, { version: 'v1' })
    const asked = ['1.3.6.1.2.1.1.5.0', '1.3.6.1.9.1.0', `${IF_ENTRY}.2.3`, '1.3.6.1.9.2.0']
    const found = await opened.session.get(asked, signal)
    expect([...found.keys()]).toEqual(['1.3.6.1.2.1.1.5.0', `${IF_ENTRY}.2.3`])
  })

  test('an error of the device names the object', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = (request) => [responsePacket(request, [], { status: 5, index: 2 })]
    await using opened = await open(device)
    await expect(opened.session.get(['1.3.6.1.2.1.1.5.0'], signal)).rejects.toMatchObject({
      code: 'UNREADABLE',
      message: expect.stringContaining('1.3.6.1.2.1.1.5.0'),
    })
  })

  test('a device is reached by IPv6 too', async ({ skip }) => {
    const device = await UdpDevice.start(portWalk(3), '::1').catch(() => undefined)
    skip(device === undefined, 'not on this machine: IPv6')
    await using there = device
    await using opened = await OpenedSnmp.open({
      version: 'v2c',
      community: 'public',
      connect: `[::1]:${there?.port}`,
    })
    expect((await opened.session.device(signal)).name).toBe('sw1')
  })

  test('a dead device and one that takes its time keep no other from its answer', async () => {
    await using good = await UdpDevice.start(portWalk(30))
    await using slow = await UdpDevice.start(portWalk(30))
    await using dead = await UdpDevice.start(portWalk(30))
    const { promise: mayAnswer, resolve: letAnswer } = Promise.withResolvers<void>()
    slow.answering = async (_, honest) => {
      await mayAnswer
      return [honest()]
    }
    dead.answering = () => []
    const opened = await Promise.all(
      [slow, dead, good].map((device) => open(device, { timeout: '30s', subject: device.address })),
    )
    const ended: string[] = []
    const walks = opened.map(async ({ session }, at) => {
      await session.table(IF_ENTRY, [1, 2, 10], signal).catch(() => undefined)
      ended.push(['slow', 'dead', 'good'][at] ?? '')
    })
    await walks[2]
    expect(ended).toEqual(['good'])
    letAnswer()
    await walks[0]
    expect(ended).toEqual(['good', 'slow'])
    await Promise.all(opened.map((each) => each[Symbol.asyncDispose]()))
    await Promise.all(walks)
  })

  test('a pause ends what is under way, and resuming asks at once', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    device.answering = () => []
    await using opened = await open(device, { timeout: '30s' })
    const asked = opened.session.table(IF_ENTRY, [2], signal)
    await expect.poll(() => device.requests.length, { timeout: 20_000 }).toBe(1)
    await opened.context.memory.setPaused(0)
    opened.cut()
    await expect(asked).rejects.toBeInstanceOf(NoDataError)
    expect(opened.context.standing.state).toBe('paused')
    await opened.context.memory.setPaused(undefined)
    opened.resume()
    device.answering = (_, honest) => [honest()]
    expect(await opened.session.ping(signal)).toMatchObject({ failure: undefined })
  })

  test('nothing is sent in quiet hours', async () => {
    await using device = await UdpDevice.start(portWalk(3))
    await using opened = await open(device, { quietHours: ['00:00-24:00'] })
    await expect(opened.session.ping(signal)).rejects.toBeInstanceOf(NoDataError)
    expect(opened.context.standing.state).toBe('quiet')
    expect(device.requests).toEqual([])
  })
})
