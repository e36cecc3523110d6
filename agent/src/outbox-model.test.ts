import { SequenceRanges, type BatchId } from '@wardround/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { OutboxItem } from './live-batches.ts'
import { isBalanced, OutboxKit, takeAll, type OpenedOutbox } from './testing/outbox-kit.ts'

/** What a collector would remember: sequences by epoch, and how many samples it stored. */
class CollectorModel {
  readonly held = new Map<string, SequenceRanges>()
  samples = 0

  /** Stores a batch unless it has it already. */
  receive({ id, samples }: OutboxItem): void {
    const ranges = this.held.get(id.epoch) ?? new SequenceRanges()
    this.held.set(id.epoch, ranges)
    if (ranges.add(id.sequence)) this.samples += samples
  }

  has({ epoch, sequence }: BatchId): boolean {
    return this.held.get(epoch)?.has(sequence) === true
  }

  welcome(epochs: readonly string[]) {
    return epochs.flatMap((epoch) => {
      const ranges = this.held.get(epoch)
      return ranges === undefined ? [] : [{ epoch, ranges }]
    })
  }
}

/** One step of a history; numbers choose how much. */
type Step =
  | { readonly do: 'append'; readonly samples: number }
  | { readonly do: 'spill' | 'connect' | 'disconnect' | 'crash' | 'acknowledge' }
  | Sending

interface Sending {
  readonly do: 'send'
  readonly batches: number
  readonly ack: 'now' | 'later' | 'never'
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('append'),
      samples: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'spill' as const,
        'connect' as const,
        'disconnect' as const,
        'acknowledge' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('crash' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      batches: fc.integer({ min: 1, max: 5 }),
      ack: fc.constantFrom('now' as const, 'later' as const, 'never' as const),
    }),
  },
)

/** Plays a history, then connects for good; checks the ledger at every step. */
async function play(kit: OutboxKit, steps: readonly Step[], maxBytes: number) {
  const collector = new CollectorModel()
  let process = await kit.open({ maxBytes })
  let isConnected = false
  let unacknowledged: OutboxItem[] = []
  let appended: BatchId[] = []
  const durable: BatchId[] = []
  const sequence = new Map<string, number>()
  for (const each of steps) {
    const { outbox } = process
    if (each.do === 'append') {
      outbox.append(process.samples(each.samples))
      sequence.set(outbox.epoch, (sequence.get(outbox.epoch) ?? 0) + 1)
      appended.push({ epoch: outbox.epoch, sequence: sequence.get(outbox.epoch) ?? 0 })
    } else if (each.do === 'spill') {
      await process.time.pass(1_000)
      await outbox.flush()
      durable.push(...appended.splice(0))
    } else if (each.do === 'connect') {
      outbox.stopSending()
      outbox.startSending(collector.welcome(outbox.epochs))
      isConnected = true
      unacknowledged = []
      await settleDown()
    } else if (each.do === 'disconnect') {
      outbox.stopSending()
      isConnected = false
      unacknowledged = []
    } else if (each.do === 'acknowledge') {
      for (const item of unacknowledged.splice(0)) outbox.settle(item)
    } else if (each.do === 'crash') {
      process = await kit.open({ maxBytes })
      isConnected = false
      unacknowledged = []
      appended = []
    } else if (isConnected && each.do === 'send')
      unacknowledged.push(...(await send(process, collector, each)))
    expectBalance(process)
  }
  process.outbox.stopSending()
  process.outbox.startSending(collector.welcome(process.outbox.epochs))
  await takeAllInto(process, collector)
  expectBalance(process)
  expect(process.ledger.entry.queued).toBe(0)
  return { collector, durable, ledger: process.ledger.entry }
}

function expectBalance({ ledger }: OpenedOutbox): void {
  const reasons = Object.fromEntries(ledger.droppedByReason)
  expect({ ...ledger.entry, reasons, balanced: isBalanced(ledger) }).toMatchObject({
    balanced: true,
  })
}

async function send(
  { outbox }: OpenedOutbox,
  collector: CollectorModel,
  { batches, ack }: Sending,
): Promise<OutboxItem[]> {
  const later: OutboxItem[] = []
  for (let i = 0; i < batches; i++) {
    const item = outbox.takeLive() ?? outbox.takeBacklog()
    if (item === undefined) break
    collector.receive(item)
    if (ack === 'now') outbox.settle(item)
    else if (ack === 'later') later.push(item)
    await settleDown()
  }
  return later
}

async function takeAllInto({ outbox }: OpenedOutbox, collector: CollectorModel): Promise<void> {
  const settle = outbox.settle.bind(outbox)
  outbox.settle = (item, refused) => {
    collector.receive(item)
    settle(item, refused)
  }
  await takeAll(outbox)
}

/** Lets files be read that are being read. */
async function settleDown(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve))
}

test('whatever happens, what was on disk arrives and every sample is accounted for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      await using kit = await OutboxKit.create()
      const { collector, durable, ledger } = await play(kit, steps, 64 * 1_048_576)
      expect(durable.filter((id) => !collector.has(id))).toEqual([])
      expect(ledger.dropped).toBe(0)
    }),
    { numRuns: 60 },
  )
})

test('under a bound that forces losses, stored and dropped are exactly what was collected', async () => {
  // An acknowledgement that is lost, and its batch dropped before the next connection, is known to the collector alone.
  const livesOn = step
    .filter((each) => each.do !== 'crash')
    .map((each) => (each.do === 'send' ? { ...each, ack: 'now' as const } : each))
  await fc.assert(
    fc.asyncProperty(fc.array(livesOn, { minLength: 60, maxLength: 120 }), async (steps) => {
      await using kit = await OutboxKit.create()
      const { collector, ledger } = await play(kit, steps, 262_144)
      expect(ledger.stored).toBe(collector.samples)
      expect(ledger.dropped).toBe(ledger.collected - collector.samples)
    }),
    { numRuns: 30 },
  )
})
