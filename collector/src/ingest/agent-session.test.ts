import { systemFiles } from '@wardround/journal'
import { MAX_EPOCHS } from '@wardround/protocol'
import { expect, test } from 'vitest'
import { AgentClient, TEST_EPOCH } from '../testing/agent-client.ts'
import { IngestHarness, tokenOf } from '../testing/ingest-harness.ts'

const sample = { field: 'value', value: 1 }

test('a batch is acknowledged once it is on stable storage, not before', async () => {
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  let closed = false
  const files = {
    ...systemFiles,
    sync: async (file: number) => {
      if (closed) await gate
      return systemFiles.sync(file)
    },
  }
  await using harness = await IngestHarness.start({ files })
  using agent = await harness.join()
  closed = true
  agent.sendBatch(1, { samples: [sample] })
  await agent.settle()
  expect(harness.taken).toHaveLength(1)
  expect(agent.pending('ack')).toEqual([])
  letGo()
  expect(await agent.next('ack')).toEqual({ type: 'ack', epoch: TEST_EPOCH, ranges: [[1, 1]] })
  expect(harness.durable).toHaveLength(1)
})

test('batches that become durable together are acknowledged together', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  for (let sequence = 1; sequence <= 20; sequence++)
    agent.sendBatch(sequence, { samples: [sample] })
  let acked = 0
  let messages = 0
  while (acked < 20) {
    const { ranges } = await agent.next('ack')
    for (const [from, to] of ranges) acked += to - from + 1
    messages++
  }
  expect(acked).toBe(20)
  expect(messages).toBeLessThan(20)
})

test('a batch that the journal holds is acknowledged again and taken once', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  agent.sendBatch(1, { samples: [sample] })
  await agent.next('ack')
  agent.sendBatch(1, { samples: [sample] })
  expect((await agent.next('ack')).ranges).toEqual([[1, 1]])
  expect(harness.durable).toHaveLength(1)
  expect(harness.registry.of('db1').ledger).toMatchObject({ received: 2, stored: 1, duplicates: 1 })
})

test('after a restart welcome names what the journal holds, and a replay is dropped', async () => {
  await using first = await IngestHarness.start()
  const { directory } = first
  {
    using agent = await first.join()
    for (const sequence of [1, 2, 5]) agent.sendBatch(sequence, { samples: [sample] })
    for (let acked = 0; acked < 3;) {
      for (const [from, to] of (await agent.next('ack')).ranges) acked += to - from + 1
    }
  }
  await first.journal[Symbol.asyncDispose]()
  await using second = await IngestHarness.start({ directory })
  using agent = await second.connect()
  const welcome = await agent.join()
  expect(welcome.held).toEqual([
    {
      epoch: TEST_EPOCH,
      ranges: [
        [1, 2],
        [5, 5],
      ],
    },
  ])
  agent.sendBatch(2, { samples: [sample] })
  await agent.next('ack')
  expect(second.taken).toEqual([])
})

test('what earlier segments held is known from the first record of those that are left', async () => {
  await using first = await IngestHarness.start({ segmentBytes: 4_096 })
  const { directory } = first
  {
    using agent = await first.join()
    for (let sequence = 1; sequence <= 40; sequence++) {
      agent.sendBatch(sequence, {
        samples: Array.from({ length: 20 }, (_, n) => ({ field: `f${n}`, value: Math.random() })),
      })
      await agent.next('ack')
    }
  }
  expect(first.journal.status().segments).toBeGreaterThan(2)
  await first.journal.release(first.journal.status().durable)
  expect(first.journal.status().segments).toBe(1)
  await first.journal[Symbol.asyncDispose]()
  await using second = await IngestHarness.start({ directory })
  using agent = await second.connect()
  expect((await agent.join()).held).toEqual([{ epoch: TEST_EPOCH, ranges: [[1, 40]] }])
})

test('an epoch that hello no longer names is forgotten', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  agent.sendBatch(1, { samples: [sample] })
  await agent.next('ack')
  agent.socket.close()
  await agent.closed
  using later = await harness.connect()
  const epoch = '00000000000000bb'
  const welcome = await later.join({ epoch, epochs: [] })
  expect(welcome.held).toEqual([])
})

test('the host is the identity, whatever the agent calls itself, and project and role are stamped', async () => {
  const hosts = [{ name: 'db1', project: 'health', role: 'database' }]
  await using harness = await IngestHarness.start({ hosts })
  using agent = await harness.connect()
  expect((await agent.join({ host: 'db2' })).agent).toBe('db1')
  const tags = { project: 'forged', host: 'forged', path: '/' }
  agent.sendBatch(1, { samples: [{ ...sample, tags }] })
  await agent.next('ack')
  const block = harness.durable[0]?.batch.blocks[0]
  expect(block?.subject).toBe('db1')
  const series = block?.series[0] ?? -1
  expect(harness.table.definitionOf(series)).toMatchObject({
    subject: 'db1',
    tags: [
      ['path', '/'],
      ['project', 'health'],
      ['role', 'database'],
    ],
  })
})

test('series of another subject are refused, the rest of the batch stands', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  agent.sendBatch(1, { samples: [{ ...sample, subject: 'db2' }, sample] })
  expect(await agent.next('refuse')).toMatchObject({ code: 'SUBJECT_NOT_REGISTERED', series: [0] })
  await agent.next('ack')
  expect(harness.durable[0]?.batch.blocks.map((block) => block.subject)).toEqual(['db1'])
  expect(harness.registry.find('db2')).toBeUndefined()
})

test('an agent speaks for the device that it polls: under its name, project and role', async () => {
  const hosts = [{ name: 'fcsw1', project: 'health', role: 'fc-switch' }]
  await using harness = await IngestHarness.start({ hosts })
  using agent = await harness.join()
  agent.sendBatch(1, { samples: [{ ...sample, subject: 'fcsw1' }, sample] })
  await agent.next('ack')
  const { blocks } = harness.durable[0]!.batch
  expect(blocks.map(({ subject }) => subject).toSorted()).toEqual(['db1', 'fcsw1'])
  const ofDevice = blocks.find(({ subject }) => subject === 'fcsw1')
  expect(harness.table.definitionOf(ofDevice?.series[0] ?? -1)).toMatchObject({
    subject: 'fcsw1',
    tags: expect.arrayContaining([['role', 'fc-switch']]),
  })
})

test('a second agent that polls the device is refused with the name of the first, until a person moves it', async () => {
  await using harness = await IngestHarness.start()
  using first = await harness.join('db1')
  first.sendBatch(1, { samples: [{ ...sample, subject: 'fcsw1' }] })
  await first.next('ack')
  using second = await harness.join('db2')
  second.sendBatch(1, { samples: [{ ...sample, subject: 'fcsw1' }, sample] })
  expect(await second.next('refuse')).toMatchObject({
    code: 'SUBJECT_NOT_REGISTERED',
    reason: '"fcsw1" is polled by the agent of db1',
  })
  await second.next('ack')
  expect(harness.strangers).toEqual(['db2 fcsw1'])
  expect(harness.durable[1]?.batch.blocks.map(({ subject }) => subject)).toEqual(['db2'])

  await harness.subjects.move('fcsw1', 'db2')
  expect((await second.closed).code).toBe(1012)
  using again = await harness.join('db2')
  again.sendBatch(2, { samples: [{ ...sample, subject: 'fcsw1' }] })
  await again.next('ack')
  expect(harness.durable[2]?.batch.blocks.map(({ subject }) => subject)).toEqual(['fcsw1'])
})

test('what was removed is free for those that were refused before, without their own doing', async () => {
  await using harness = await IngestHarness.start()
  using first = await harness.join('db1')
  first.sendBatch(1, { samples: [{ ...sample, subject: 'fcsw1' }] })
  await first.next('ack')
  using second = await harness.join('db2')
  second.sendBatch(1, { samples: [{ ...sample, subject: 'fcsw1' }] })
  await second.next('ack')
  expect(harness.subjects.holderOf('fcsw1')).toBe('db1')
  await harness.subjects.remove('fcsw1')
  expect((await first.closed).code).toBe(1012)
  expect((await second.closed).code).toBe(1012)
  using again = await harness.join('db2')
  again.sendBatch(2, { samples: [{ ...sample, subject: 'fcsw1' }] })
  await again.next('ack')
  expect(harness.subjects.holderOf('fcsw1')).toBe('db2')
})

test('events and documents go with the batch, under the resolved subject; those of others are left out', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  const timeMs = Date.now()
  const event = { timeMs, key: 'a:1', kind: 'log', body: { line: 'x' } }
  agent.sendBatch(1, {
    samples: [sample],
    events: [
      { ...event, subject: '' },
      { ...event, subject: 'db2' },
    ],
    documents: [{ subject: '', timeMs, name: 'os', keep: 'history', body: { name: 'Debian' } }],
  })
  await agent.next('ack')
  const { events, documents } = harness.durable[0]!.batch
  expect(events.map(({ subject }) => subject)).toEqual(['db1'])
  expect(documents).toEqual([
    { subject: 'db1', timeMs, name: 'os', keep: 'history', body: { name: 'Debian' } },
  ])
})

test('a series over the limit of its subject costs that series, not its batch', async () => {
  await using harness = await IngestHarness.start({ limits: { seriesPerSubject: 2 } })
  using agent = await harness.join()
  agent.sendBatch(1, {
    samples: ['a', 'b', 'c'].map((field) => ({ field, value: field.charCodeAt(0) })),
  })
  const refused = await agent.next('refuse')
  expect(refused).toMatchObject({ code: 'SERIES_PER_SUBJECT', series: [2] })
  expect(refused.reason).toContain('limits.seriesPerSubject is 2')
  await agent.next('ack')
  expect([...(harness.durable[0]?.batch.blocks[0]?.values ?? [])]).toEqual([97, 98])
  expect(harness.registry.of('db1').ledger).toMatchObject({ received: 3, stored: 2, refused: 1 })
})

test('the limit of an agent is told by its name', async () => {
  await using harness = await IngestHarness.start({ limits: { seriesPerAgent: 1 } })
  using agent = await harness.join()
  agent.sendBatch(1, { samples: ['a', 'b'].map((field) => ({ field, value: 1 })) })
  expect(await agent.next('refuse')).toMatchObject({ code: 'SERIES_PER_AGENT', series: [1] })
})

test.each([
  { note: 'ahead', skew: 600_000 },
  { note: 'behind', skew: -600_000 },
])('a clock ten minutes $note is corrected once, and flagged', async ({ skew }) => {
  const nowMs = () => 1_700_000_000_000
  await using harness = await IngestHarness.start({ nowMs })
  using agent = await harness.join()
  agent.sendBatch(1, { samples: [sample], timeMs: nowMs() - 5_000 + skew, ageMs: 5_000 })
  await agent.next('ack')
  expect(harness.durable[0]).toMatchObject({
    clockErrorMs: skew,
    clockCorrected: true,
    late: false,
  })
  expect(harness.durable[0]?.batch.blocks[0]?.timeMs).toBe(nowMs() - 5_000)
  agent.sendBatch(2, { samples: [sample], timeMs: nowMs(), ageMs: 0 })
  await agent.next('ack')
  expect(harness.clocks).toEqual(['db1 true', 'db1 false'])
})

test('late is told by age, not by the clock', async () => {
  const nowMs = () => 1_700_000_000_000
  await using harness = await IngestHarness.start({ nowMs })
  using agent = await harness.join('db1', { everySeconds: 10 })
  agent.sendBatch(1, { samples: [sample], timeMs: nowMs() - 30_000, ageMs: 30_000 })
  agent.sendBatch(2, { samples: [sample], timeMs: nowMs() - 30_001, ageMs: 30_001 })
  agent.sendBatch(3, { samples: [sample], timeMs: nowMs() - 600_000, ageMs: 0 })
  while (harness.durable.length < 3) await agent.next('ack')
  expect(harness.durable.map(({ late }) => late)).toEqual([false, true, false])
})

test('a batch that is well framed and not acceptable is rejected, and the connection stays', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  const [define, batch] = agent.encode(1, { samples: [sample] })
  agent.socket.send(batch!)
  expect(await agent.next('reject')).toMatchObject({
    epoch: TEST_EPOCH,
    sequence: 1,
    code: 'UNKNOWN_SERIES',
  })
  agent.socket.send(define!)
  agent.sendBatch(2, { samples: [sample] })
  expect((await agent.next('ack')).ranges).toEqual([[2, 2]])
  expect(harness.registry.of('db1').ledger.rejectedBatches).toEqual(
    new Map([['UNKNOWN_SERIES', 1]]),
  )
})

const oversized = new Uint8Array(1_048_577)

test.each([
  { note: 'garbage', frame: Uint8Array.of(0xff, 1, 2, 3), code: 1002, name: 'PROTOCOL_ERROR' },
  { note: 'a truncated frame', frame: Uint8Array.of(2, 1, 2), code: 1002, name: 'PROTOCOL_ERROR' },
  { note: 'a frame that is too long', frame: oversized, code: 1009, name: '' },
  { note: 'a text that is no message', frame: '{', code: 1007, name: 'INVALID_TEXT' },
  { note: 'an unknown message', frame: '{"type":"run"}', code: 1002, name: 'PROTOCOL_ERROR' },
  { note: 'a second hello', frame: 'hello', code: 1002, name: 'PROTOCOL_ERROR' },
])('$note closes the connection with $code and touches no other', async ({ frame, code, name }) => {
  await using harness = await IngestHarness.start()
  using other = await harness.join('db2')
  using agent = await harness.join()
  if (frame === 'hello') agent.sendHello()
  else agent.socket.send(frame)
  const closed = await agent.closed
  expect(closed.code).toBe(code)
  expect(closed.reason.startsWith(name)).toBe(true)
  await expect.poll(() => harness.closed).toEqual([code])
  other.sendBatch(1, { samples: [sample] })
  await other.next('ack')
})

test('a frame before hello closes with NO_HELLO', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.connect()
  agent.sendBatch(1, { samples: [sample] })
  expect((await agent.closed).code).toBe(4002)
})

test('a connection without hello is cut at its deadline', async () => {
  await using harness = await IngestHarness.start({ deadlines: { helloMs: 50 } })
  using agent = await harness.connect()
  const { code } = await agent.closed
  expect([4002, 1006]).toContain(code)
})

test('a silent connection is cut, one that pings is not', async () => {
  let nowMs = 0
  const deadlines = { silenceMs: 300 }
  await using harness = await IngestHarness.start({ deadlines, monotonicMs: () => nowMs })
  using silent = await harness.join('db1')
  using alive = await harness.join('db2')
  nowMs = 250
  await alive.settle()
  nowMs = 400
  await silent.closed
  expect(alive.socket.readyState).toBe(alive.socket.OPEN)
  expect(harness.registry.of('db1').session).toBeUndefined()
  await alive.settle()
})

test('more than the window closes with WINDOW_EXCEEDED', async () => {
  const gate = new Promise<void>(() => undefined)
  const files = { ...systemFiles, sync: () => gate }
  const harness = await IngestHarness.start({
    files,
    limits: { window: { batches: 2, bytes: 1_000_000 } },
  })
  using agent = await harness.join()
  for (const sequence of [1, 2, 3]) agent.sendBatch(sequence, { samples: [sample] })
  expect(await agent.closed).toEqual({
    code: 4006,
    reason: 'WINDOW_EXCEEDED: limits.windowBatches is 2, limits.windowBytes 1000000',
  })
  expect(harness.taken).toHaveLength(2)
})

test('while the journal is slow connections over the total wait, and go on later', async () => {
  let letGo: () => void = () => undefined
  let gate = new Promise<void>((resolve) => (letGo = resolve))
  const files = {
    ...systemFiles,
    sync: async (file: number) => {
      await gate
      return systemFiles.sync(file)
    },
  }
  await using harness = await IngestHarness.start({ files, limits: { inFlightBytes: 100 } })
  using agent = await harness.join()
  for (let sequence = 1; sequence <= 20; sequence++)
    agent.sendBatch(sequence, { samples: [sample] })
  while (harness.ingest.inFlight.pausedConnections === 0) await new Promise(setImmediate)
  letGo()
  gate = Promise.resolve()
  for (let acked = 0; acked < 20;) {
    for (const [from, to] of (await agent.next('ack')).ranges) acked += to - from + 1
  }
  expect(harness.ingest.inFlight).toMatchObject({ bytes: 0, pausedConnections: 0 })
})

test('the same process connecting again replaces its old connection and gets its acknowledgements', async () => {
  let letGo: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (letGo = resolve))
  const files = {
    ...systemFiles,
    sync: async (file: number) => {
      await gate
      return systemFiles.sync(file)
    },
  }
  await using harness = await IngestHarness.start({ files })
  using old = await harness.join()
  old.sendBatch(1, { samples: [sample] })
  await old.settle()
  using fresh = await harness.join()
  expect((await old.closed).code).toBe(4000)
  letGo()
  expect((await fresh.next('ack')).ranges).toEqual([[1, 1]])
  expect(harness.conflicts).toEqual([])
})

test('another process of the same identity is refused while the first answers, and both addresses are told', async () => {
  await using harness = await IngestHarness.start()
  using holder = await harness.join()
  using clone = await harness.connect()
  clone.sendHello({ epoch: '00000000000000bb' })
  expect((await clone.closed).code).toBe(4001)
  expect(harness.conflicts).toMatchObject([
    {
      host: 'db1',
      holder: { epoch: TEST_EPOCH, address: expect.stringMatching(/^127\.0\.0\.1:\d+$/) as string },
      refused: { epoch: '00000000000000bb' },
    },
  ])
  holder.sendBatch(1, { samples: [sample] })
  await holder.next('ack')
  expect(harness.joined).toEqual([`db1 ${TEST_EPOCH}`])
  expect(harness.registry.of('db1').session?.epoch).toBe(TEST_EPOCH)
})

test('another process takes over from one that no longer answers', async () => {
  await using harness = await IngestHarness.start({ deadlines: { answerMs: 100 } })
  using stuck = await harness.join()
  stuck.socket.pause()
  using fresh = await harness.connect()
  await fresh.join({ epoch: '00000000000000bb' })
  expect(harness.conflicts).toEqual([])
})

test.each([
  { note: 'no token', options: {}, refused: 'TOKEN_MISSING' },
  { note: 'a wrong token', options: { token: tokenOf('db9') }, refused: 'TOKEN_UNKNOWN' },
  {
    note: 'no bearer',
    options: { headers: { authorization: 'Basic YTpi' } },
    refused: 'TOKEN_MISSING',
  },
])('$note is answered with 401 before the upgrade', async ({ options, refused }) => {
  await using harness = await IngestHarness.start()
  await expect(AgentClient.connect(harness.port, options)).rejects.toThrow('401')
  expect(harness.refused).toEqual([refused])
})

test('another sub-protocol is answered with 400', async () => {
  await using harness = await IngestHarness.start()
  const options = { token: tokenOf('db1'), protocol: 'wardround.v9' }
  await expect(AgentClient.connect(harness.port, options)).rejects.toThrow('400')
})

test('when many come at once they wait for their turn, and beyond the line are told to come later', async () => {
  await using harness = await IngestHarness.start({ connectionsPerSecond: 2, maxWaiting: 1 })
  const attempts = ['db1', 'db2', 'db3', 'db1', 'db2'].map((host) => harness.connect(host))
  const results = await Promise.allSettled(attempts)
  const refused = results.filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(5)
  expect(harness.refused).toEqual(refused.map(() => 'TOO_MANY_CONNECTIONS'))
  expect(String((refused[0] as PromiseRejectedResult).reason)).toContain('503')
  for (const result of results) if (result.status === 'fulfilled') result.value[Symbol.dispose]()
})

test('an agent with more epochs than a hello can name is let go to name the rest, and loses nothing', async () => {
  await using harness = await IngestHarness.start()
  const named = Array.from({ length: MAX_EPOCHS }, (_, n) => n.toString(16).padStart(16, '0'))
  const epoch = 'ffffffffffffffff'
  const { held } = harness.registry.of('db1')
  {
    using agent = await harness.join('db1', { epochs: named })
    for (const each of named) held.settle({ epoch: each, sequence: 1 })
    agent.sendBatch(1, { samples: [sample], epoch })
    expect(await agent.closed).toMatchObject({ code: 1012 })
    expect(agent.pending('reject')).toEqual([])
  }
  using again = await harness.join('db1', { epochs: [epoch] })
  again.sendBatch(1, { samples: [sample], epoch })
  expect(await again.next('ack')).toMatchObject({ epoch, ranges: [[1, 1]] })
})

test.each([
  { note: 'a real agent at a demo', isDemo: true, capabilities: [], said: 'a real agent' },
  { note: 'a demo agent elsewhere', isDemo: false, capabilities: ['demo'], said: 'is no demo' },
])('$note is refused before its batches, and told why', async ({ isDemo, capabilities, said }) => {
  await using harness = await IngestHarness.start({ isDemo })
  using agent = await harness.connect()
  agent.sendHello({ capabilities })
  agent.sendBatch(1, { samples: [sample] })
  const { code, reason } = await agent.closed
  expect(code).toBe(4007)
  expect(reason).toContain(said)
  expect(harness.taken).toEqual([])
  expect(harness.joined).toEqual([])
})

test('a demo takes the agents of its own kind, and says what it is', async () => {
  await using harness = await IngestHarness.start({ isDemo: true })
  using agent = await harness.connect()
  expect(await agent.join({ capabilities: ['demo'] })).toMatchObject({ capabilities: ['demo'] })
})

test('an agent that can do what this collector does not know is let in', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.connect()
  expect(await agent.join({ capabilities: ['new'] })).toMatchObject({ capabilities: [] })
})
