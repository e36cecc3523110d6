import { readdir, readFile, open as openFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemFiles } from '@wardround/journal'
import { describe, expect, test } from 'vitest'
import { isBalanced, OutboxKit, takeAll, type OpenedOutbox } from './testing/outbox-kit.ts'
import { ManualTime } from './testing/manual-time.ts'

/** Lets the spill deadline pass, and the disk answer. */
async function spill({ outbox, time }: OpenedOutbox): Promise<void> {
  await time.pass(1_000)
  await outbox.flush()
}

async function segmentFiles(kit: OutboxKit, queue: 'samples' | 'texts'): Promise<string[]> {
  const names = await readdir(join(kit.directory, queue)).catch(() => [])
  return names.filter((name) => name.endsWith('.seg')).toSorted()
}

const numbers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

describe('memory first', () => {
  test('nothing is written while acknowledgements come in time', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open()
    const { outbox, ledger, time, samples, text } = opened
    outbox.startSending([])
    for (let i = 0; i < 20; i++) {
      outbox.append(samples(5))
      outbox.append(text('hardware'))
      await time.pass(900)
      for (let item = outbox.takeLive(); item; item = outbox.takeLive()) outbox.settle(item)
      await time.pass(9_100)
    }
    await outbox.flush()
    expect(await readdir(kit.directory)).toEqual([])
    expect(ledger.entry).toEqual({
      collected: 100,
      recovered: 0,
      stored: 100,
      queued: 0,
      dropped: 0,
    })
  })

  test('sequences count from 1 and live batches go oldest first', async () => {
    await using kit = await OutboxKit.create()
    const { outbox, samples } = await kit.open()
    outbox.append(samples(1))
    outbox.append(samples(1))
    expect(outbox.takeLive()?.id).toEqual({ epoch: '0000000000000001', sequence: 1 })
    expect(outbox.takeLive()?.id).toEqual({ epoch: '0000000000000001', sequence: 2 })
    expect(outbox.takeLive()).toBeUndefined()
  })

  test('of a snapshot only the newest waits, and never on disk', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open()
    const { outbox, text } = opened
    for (const name of ['top', 'other', 'top']) outbox.append({ ...text(name), kind: 'snapshot' })
    await spill(opened)
    expect(await readdir(kit.directory)).toEqual([])
    outbox.startSending([])
    const taken = await takeAll(outbox)
    expect(taken.map(({ id, names }) => [id.sequence, ...names])).toEqual([
      [2, 'other'],
      [3, 'top'],
    ])
  })
})

describe('the disk', () => {
  test('gets what is not acknowledged within the deadline, and gives it to the next process with its age', async () => {
    await using kit = await OutboxKit.create()
    const time = new ManualTime()
    const first = await kit.open({ time })
    first.outbox.append(first.samples(3))
    first.outbox.append(first.text('hardware'))
    await spill(first)
    expect(await segmentFiles(kit, 'samples')).toHaveLength(1)
    expect(await segmentFiles(kit, 'texts')).toHaveLength(1)
    await time.pass(60_000)

    const second = await kit.open({ time })
    expect(second.ledger.entry).toMatchObject({ recovered: 3, queued: 3 })
    expect(second.outbox.epochs).toEqual(['0000000000000002', '0000000000000001'])
    second.outbox.startSending([])
    await time.pass(0)
    await expect.poll(() => second.outbox.takeBacklog()).toMatchObject({ kind: 'texts' })
    await expect
      .poll(() => second.outbox.takeBacklog())
      .toMatchObject({
        id: { epoch: '0000000000000001', sequence: 1 },
        newestSinceBootMs: 0,
        samples: 3,
      })
  })

  test('across a reboot tells the age by the wall clock', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open({ bootId: 'one' })
    first.outbox.append(first.samples(1))
    await spill(first)
    const time = new ManualTime(first.time.nowMs() + 3_600_000)
    await time.pass(500)
    const second = await kit.open({ bootId: 'two', time })
    second.outbox.startSending([])
    await expect
      .poll(() => second.outbox.takeBacklog())
      .toMatchObject({
        newestSinceBootMs: 500 - 3_600_000 - 500 - 1_000,
      })
  })

  test('is empty again once everything arrived', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open()
    for (let i = 0; i < 10; i++) first.outbox.append(first.samples(100))
    await spill(first)
    await first.outbox[Symbol.asyncDispose]()
    const { outbox, ledger } = await kit.open()
    outbox.startSending([])
    const taken = await takeAll(outbox)
    expect(taken.flatMap(({ values }) => values)).toEqual(numbers(1, 1000))
    expect(ledger.entry).toEqual({
      collected: 0,
      recovered: 1000,
      stored: 1000,
      queued: 0,
      dropped: 0,
    })
    await expect.poll(() => segmentFiles(kit, 'samples')).toEqual([])
  })

  test('keeps nothing of a batch that was sent, spilled and then acknowledged', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open()
    const { outbox, samples } = opened
    outbox.startSending([])
    outbox.append(samples(4))
    const item = outbox.takeLive()
    await spill(opened)
    expect(await segmentFiles(kit, 'samples')).toHaveLength(1)
    if (item !== undefined) outbox.settle(item)
    await expect.poll(() => segmentFiles(kit, 'samples')).toEqual([])
    const next = await kit.open()
    expect(next.ledger.entry.recovered).toBe(0)
  })

  test('takes what is in memory when the process stops', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open()
    first.outbox.append(first.samples(7))
    await first.outbox[Symbol.asyncDispose]()
    expect((await kit.open()).ledger.entry.recovered).toBe(7)
  })

  test('lets live batches go before the backlog, and the backlog oldest first', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open()
    for (let i = 0; i < 3; i++) {
      first.outbox.append(first.samples(1))
      await spill(first)
    }
    const { outbox, samples } = await kit.open()
    outbox.startSending([])
    outbox.append(samples(1))
    const taken = await takeAll(outbox)
    expect(taken.map(({ values }) => values[0])).toEqual([4, 1, 2, 3])
  })
})

describe('a lost connection', () => {
  test('brings back what was sent and not acknowledged, from memory or disk, each once', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open()
    const { outbox, samples, time, ledger } = opened
    outbox.startSending([])
    outbox.append(samples(1))
    outbox.takeLive()
    await spill(opened)
    outbox.append(samples(1))
    outbox.takeLive()
    outbox.append(samples(1))
    outbox.stopSending()
    await time.pass(1)
    outbox.startSending([])
    const taken = await takeAll(outbox)
    expect(taken.map(({ values }) => values[0])).toEqual([2, 3, 1])
    expect(isBalanced(ledger)).toBe(true)
    expect(ledger.entry).toMatchObject({ stored: 3, queued: 0 })
  })

  test('does not send again what the collector says that it holds', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open()
    for (let i = 0; i < 5; i++) first.outbox.append(first.samples(2))
    await spill(first)
    const { outbox, samples, ledger } = await kit.open()
    outbox.append(samples(2))
    outbox.startSending([
      {
        epoch: '0000000000000001',
        ranges: [
          [1, 2],
          [4, 4],
        ],
      },
      { epoch: '0000000000000002', ranges: [[1, 1]] },
    ])
    const taken = await takeAll(outbox)
    expect(taken.map(({ id }) => id.sequence)).toEqual([3, 5])
    expect(ledger.entry).toEqual({ collected: 2, recovered: 10, stored: 12, queued: 0, dropped: 0 })
    await expect.poll(() => segmentFiles(kit, 'samples')).toEqual([])
  })
})

describe('a refused batch', () => {
  test('is set aside as a readable file, counted, and never sent again', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open()
    const { outbox, samples, ledger } = opened
    outbox.startSending([])
    outbox.append(samples(2))
    const item = outbox.takeLive()
    await spill(opened)
    if (item !== undefined) outbox.reject(item, 'UNKNOWN_SERIES', 'series 7 was never defined')
    await expect
      .poll(() => readdir(join(kit.directory, 'set-aside')))
      .toEqual([expect.stringMatching(/-0000000000000001-1\.json$/)])
    const [file = ''] = await readdir(join(kit.directory, 'set-aside'))
    expect(
      JSON.parse(await readFile(join(kit.directory, 'set-aside', file), 'utf8')),
    ).toMatchObject({
      code: 'UNKNOWN_SERIES',
      reason: 'series 7 was never defined',
      samples: [{ measurement: 'm', field: 'f', value: 1 }, { value: 2 }],
    })
    outbox.stopSending()
    outbox.startSending([])
    expect(await takeAll(outbox)).toEqual([])
    expect(Object.fromEntries(ledger.droppedByReason)).toEqual({ 'rejected:unknown_series': 2 })
    expect((await kit.open()).ledger.entry.recovered).toBe(0)
  })

  test('counts refused series apart from the samples that were stored', async () => {
    await using kit = await OutboxKit.create()
    const { outbox, samples, ledger } = await kit.open()
    outbox.append(samples(10))
    const item = outbox.takeLive()
    if (item !== undefined) outbox.settle(item, 3)
    expect(ledger.entry).toMatchObject({ stored: 7, dropped: 3, queued: 0 })
  })
})

describe('the bound', () => {
  const MAX_BYTES = 1_048_576

  test('drops the oldest samples by segments, counts them exactly, and no text before the last sample', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open({ maxBytes: MAX_BYTES })
    const batches = 300
    for (let i = 0; i < batches; i++) {
      first.outbox.append(first.samples(1_000))
      if (i % 50 === 0) first.outbox.append(first.text(`event-${i}`, 1_000))
      await spill(first)
      expect(first.outbox.bytes).toBeLessThanOrEqual(MAX_BYTES + MAX_BYTES / 16 + 8_192)
    }
    const before = first.ledger.entry
    expect(before.collected).toBe(batches * 1_000)
    expect(before.dropped).toBeGreaterThan(100_000)
    expect(isBalanced(first.ledger)).toBe(true)
    expect([...first.ledger.droppedByReason.keys()]).toEqual(['outbox_full'])

    const { outbox, ledger } = await kit.open({ maxBytes: MAX_BYTES })
    expect(ledger.entry.recovered).toBe(before.queued)
    outbox.startSending([])
    const taken = await takeAll(outbox)
    const values = taken.flatMap((item) => item.values)
    expect(values).toEqual(numbers(before.dropped + 1, before.collected))
    expect(taken.flatMap(({ names }) => names)).toEqual(
      numbers(0, batches / 50 - 1).map((i) => `event-${i * 50}`),
    )
  })

  test('loses nothing that is in memory while its segment is dropped', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open({ maxBytes: MAX_BYTES })
    first.outbox.append(first.samples(1_000))
    await spill(first)
    const opened = await kit.open({ maxBytes: MAX_BYTES })
    const { outbox, ledger } = opened
    outbox.startSending([])
    await expect.poll(() => outbox.takeBacklog()?.id.sequence).toBe(1)
    for (let i = 0; i < 300; i++) {
      outbox.append(opened.samples(1_000))
      outbox.takeLive()
      await spill(opened)
    }
    expect(ledger.entry.dropped).toBe(0)
    outbox.stopSending()
    await opened.time.pass(0)
    expect(isBalanced(ledger)).toBe(true)
    outbox.startSending([])
    const taken = await takeAll(outbox)
    const values = taken.flatMap((item) => item.values)
    expect(values.toSorted((a, b) => a - b)).toEqual(numbers(1, 301_000))
    expect(ledger.entry).toMatchObject({ queued: 0, dropped: 0, stored: 301_000 })
  })

  test('drops what is too old', async () => {
    await using kit = await OutboxKit.create()
    const opened = await kit.open({ maxAgeMs: 3_600_000 })
    const { outbox, ledger, time, samples } = opened
    for (let i = 0; i < 30; i++) {
      outbox.append(samples(10))
      await spill(opened)
      await time.pass(599_000)
    }
    const { dropped, queued } = ledger.entry
    expect(isBalanced(ledger)).toBe(true)
    expect([...ledger.droppedByReason.keys()]).toEqual(['outbox_too_old'])
    expect(queued / 10).toBeGreaterThanOrEqual(6)
    expect(queued / 10).toBeLessThanOrEqual(8)
    expect(dropped).toBe(300 - queued)
  })
})

describe('a disk that takes nothing', () => {
  /** Real files on a disk that is full while `full` is set. */
  function fullDisk(code = 'ENOSPC') {
    const disk = { full: true }
    const refuse = () => Promise.reject(Object.assign(new Error(code), { code }))
    const files: typeof systemFiles = {
      ...systemFiles,
      makeDirectory: (path) => (disk.full ? refuse() : systemFiles.makeDirectory(path)),
      open: (path, how) => (disk.full && how === 'create' ? refuse() : systemFiles.open(path, how)),
      write: (...args) => (disk.full ? refuse() : systemFiles.write(...args)),
    }
    return { disk, files }
  }

  test.each(['ENOSPC', 'EROFS', 'EIO', 'EACCES', 'EMFILE'])(
    'leaves batches in memory (%s), says so once, and gets them when it can',
    async (code) => {
      await using kit = await OutboxKit.create()
      const { disk, files } = fullDisk(code)
      const opened = await kit.open({ files })
      const { outbox, ledger, samples, lines } = opened
      for (let i = 0; i < 5; i++) {
        outbox.append(samples(10))
        await spill(opened)
      }
      expect(ledger.entry).toMatchObject({ collected: 50, queued: 50, dropped: 0 })
      expect(outbox.failure?.code).toMatch(/^JOURNAL_/)
      expect(lines.map(({ level }) => level)).toEqual(['error'])
      disk.full = false
      await spill(opened)
      expect(lines.map(({ level }) => level)).toEqual(['error', 'info'])
      expect(outbox.failure).toBeUndefined()
      expect((await kit.open()).ledger.entry.recovered).toBe(50)
    },
  )

  test('lets the oldest samples go when memory is full, texts last, each counted', async () => {
    await using kit = await OutboxKit.create()
    const { files } = fullDisk()
    const opened = await kit.open({ files, maxMemoryBytes: 12_000 })
    const { outbox, ledger, samples, text } = opened
    outbox.append(text('kept', 500))
    for (let i = 0; i < 20; i++) {
      outbox.append(samples(100))
      await spill(opened)
    }
    expect(ledger.entry).toMatchObject({ collected: 2_000, queued: 900, dropped: 1_100 })
    outbox.startSending([])
    const taken = await takeAll(outbox)
    expect(taken.flatMap(({ values }) => values)).toEqual(numbers(1_101, 2_000))
    expect(taken[0]?.names).toEqual(['kept'])
  })

  test('counts what the process could save nowhere when it stops', async () => {
    await using kit = await OutboxKit.create()
    const { files } = fullDisk()
    const { outbox, ledger, samples } = await kit.open({ files })
    outbox.append(samples(10))
    await outbox[Symbol.asyncDispose]()
    expect(Object.fromEntries(ledger.droppedByReason)).toEqual({ stopped: 10 })
    expect(isBalanced(ledger)).toBe(true)
  })
})

describe('damage', () => {
  async function flipByte(file: string, offset: number): Promise<void> {
    await using handle = await openFile(file, 'r+')
    const byte = Buffer.alloc(1)
    await handle.read(byte, 0, 1, offset)
    byte[0] = (byte[0] ?? 0) ^ 0x10
    await handle.write(byte, 0, 1, offset)
  }

  test.each([300, 5_000, 20_000, 60_000])(
    'at byte %i costs the records that it hit, and the ledger knows',
    async (offset) => {
      await using kit = await OutboxKit.create()
      const opened = await kit.open()
      const { outbox, ledger, samples } = opened
      for (let i = 0; i < 100; i++) outbox.append(samples(400))
      await spill(opened)
      const [name = ''] = await segmentFiles(kit, 'samples')
      await flipByte(join(kit.directory, 'samples', name), offset)
      outbox.startSending([])
      const taken = await takeAll(outbox)
      const stored = taken.flatMap(({ values }) => values).length
      expect(stored).toBe(40_000 - 400)
      expect(ledger.entry).toEqual({
        collected: 40_000,
        recovered: 0,
        stored,
        queued: 0,
        dropped: 400,
      })
      expect(Object.fromEntries(ledger.droppedByReason)).toEqual({ damaged: 400 })
      expect(outbox.corruptRecords).toBe(1)
    },
  )

  test('found at the start is not counted as recovered', async () => {
    await using kit = await OutboxKit.create()
    const first = await kit.open()
    for (let i = 0; i < 10; i++) first.outbox.append(first.samples(400))
    await spill(first)
    const [name = ''] = await segmentFiles(kit, 'samples')
    await flipByte(join(kit.directory, 'samples', name), 5_000)
    const { outbox, ledger } = await kit.open()
    expect(ledger.entry.recovered).toBe(3_600)
    outbox.startSending([])
    expect(await takeAll(outbox)).toHaveLength(9)
    expect(ledger.entry).toMatchObject({ stored: 3_600, queued: 0, dropped: 0 })
    await expect.poll(() => segmentFiles(kit, 'samples')).toEqual([])
  })
})
