import { systemFiles } from '@wardround/journal'
import { expect, test } from 'vitest'
import { IngestHarness } from '../testing/ingest-harness.ts'

const sample = { field: 'value', value: 1 }

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: invented`), { code })
}

/** The system's files, whose writes fail while `broken` names an error. */
function breakableFiles() {
  const state: { broken: string | undefined } = { broken: undefined }
  const files = {
    ...systemFiles,
    write: async (file: number, bytes: Uint8Array, position: number) => {
      if (state.broken !== undefined) throw failure(state.broken)
      return systemFiles.write(file, bytes, position)
    },
  }
  return { files, state }
}

test.each([
  { error: 'ENOSPC', code: 'JOURNAL_NO_SPACE' },
  { error: 'EROFS', code: 'JOURNAL_READ_ONLY' },
  { error: 'EIO', code: 'JOURNAL_IO' },
])(
  'while the disk answers $error nothing is acknowledged and batches still arrive',
  async ({ error, code }) => {
    const { files, state } = breakableFiles()
    await using harness = await IngestHarness.start({ files })
    using agent = await harness.join()
    state.broken = error
    for (const sequence of [1, 2, 3]) agent.sendBatch(sequence, { samples: [sample] })
    await agent.settle()
    await expect.poll(() => harness.writer.failure?.code).toBe(code)
    expect(harness.taken).toHaveLength(3)
    expect(harness.durable).toEqual([])
    expect(agent.pending('ack')).toEqual([])
    await expect.poll(() => harness.registry.of('db1').ledger.deferred).toBe(3)
  },
)

test('once the disk takes writes again the agent is asked to begin anew, and every batch is stored once', async () => {
  const { files, state } = breakableFiles()
  await using harness = await IngestHarness.start({ files })
  using agent = await harness.join()
  state.broken = 'ENOSPC'
  agent.sendBatch(1, { samples: [sample] })
  await expect.poll(() => harness.writer.failure?.code).toBe('JOURNAL_NO_SPACE')
  state.broken = undefined
  expect((await agent.closed).code).toBe(1012)
  expect(harness.writer.failure).toBeUndefined()
  using again = await harness.connect()
  expect((await again.join()).held).toEqual([])
  again.sendBatch(1, { samples: [sample] })
  await again.next('ack')
  expect(harness.durable.map(({ id }) => id.sequence)).toEqual([1])
})

test('an agent that has sent its window in vain is let go for a while', async () => {
  const { files, state } = breakableFiles()
  const limits = { window: { batches: 4, bytes: 1_000_000 } }
  await using harness = await IngestHarness.start({ files, limits })
  using agent = await harness.join()
  state.broken = 'ENOSPC'
  agent.sendBatch(1, { samples: [sample] })
  await expect.poll(() => harness.writer.failure?.code).toBe('JOURNAL_NO_SPACE')
  for (const sequence of [2, 3]) agent.sendBatch(sequence, { samples: [sample] })
  await agent.settle()
  agent.sendBatch(4, { samples: [sample] })
  expect((await agent.closed).code).toBe(1013)
  expect(harness.taken).toHaveLength(4)
})

test('an agent that sends nothing more, with batches that were not taken, is let go too', async () => {
  const { files, state } = breakableFiles()
  await using harness = await IngestHarness.start({ files, deadlines: { silenceMs: 2_000 } })
  using agent = await harness.join('db1', { everySeconds: 0.02 })
  state.broken = 'ENOSPC'
  agent.sendBatch(1, { samples: [sample] })
  expect((await agent.closed).code).toBe(1013)
})

test('a batch that fits no segment is rejected for good, and the others go on', async () => {
  await using harness = await IngestHarness.start({ segmentBytes: 4_096 })
  using agent = await harness.join()
  const body = 'x'.repeat(10_000)
  const document = { subject: '', timeMs: 1, name: 'os', keep: 'history', body } as const
  agent.sendBatch(1, { documents: [document] })
  expect(await agent.next('reject')).toMatchObject({ sequence: 1, code: 'BATCH_TOO_LARGE' })
  agent.sendBatch(2, { samples: [sample] })
  expect((await agent.next('ack')).ranges).toEqual([[2, 2]])
  expect(harness.writer.failure).toBeUndefined()
})

test('a consumer that is too far behind stops acknowledgements under its own code', async () => {
  let refusal: { code: string; message: string } | undefined
  await using harness = await IngestHarness.start({ refusal: () => refusal })
  using agent = await harness.join()
  refusal = { code: 'STATE_IO', message: 'state.db is full' }
  agent.sendBatch(1, { samples: [sample] })
  await agent.settle()
  expect(harness.writer.failure).toEqual(refusal)
  expect(harness.taken).toHaveLength(1)
  expect(agent.pending('ack')).toEqual([])
})

test('a batch that brings a fault of ours to light is rejected alone, and the journal counts as sound', async () => {
  await using harness = await IngestHarness.start({
    onTake: ({ batch }) => {
      const [block] = batch.blocks
      // The journal's encoder meets what no frame can bring.
      if (block?.values[0] === 13) Object.assign(block, { series: undefined })
    },
  })
  using agent = await harness.join()
  using other = await harness.join('db2')
  agent.sendBatch(1, { samples: [{ ...sample, value: 13 }] })
  expect(await agent.next('reject')).toMatchObject({ sequence: 1, code: 'INTERNAL' })
  expect(harness.writer.failure).toBeUndefined()
  for (const each of [agent, other]) {
    each.sendBatch(2, { samples: [sample] })
    expect((await each.next('ack')).ranges).toEqual([[2, 2]])
  }
})

test('what goes wrong before a batch is on its way to the journal costs that batch alone', async () => {
  await using harness = await IngestHarness.start()
  using agent = await harness.join()
  const clock = {
    configurable: true,
    get: () => {
      throw new RangeError('invented')
    },
  }
  Object.defineProperty(harness.registry.of('db1'), 'clock', clock)
  agent.sendBatch(1, { samples: [sample] })
  expect(await agent.next('reject')).toMatchObject({ sequence: 1, code: 'INTERNAL' })
  Object.defineProperty(harness.registry.of('db1'), 'clock', { value: undefined, writable: true })
  agent.sendBatch(2, { samples: [sample] })
  expect((await agent.next('ack')).ranges).toEqual([[2, 2]])
})
