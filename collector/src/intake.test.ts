import { openLog } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import { expect, test } from 'vitest'
import type { AcceptedBatch } from './accepted-batch.ts'
import { SegmentEncoders } from './ingest/journal-writer.ts'
import { openIntake } from './intake.ts'

const end = { segment: 1, offset: 20 }
const batch: AcceptedBatch = {
  agent: 'db1',
  id: { epoch: '00000000000000aa', sequence: 1 },
  receivedAtMs: 1,
  late: false,
  clockErrorMs: 0,
  clockCorrected: false,
  batch: { blocks: [], events: [], documents: [] },
}

test('a part that fails on a batch costs neither its acknowledgement nor the other parts', async () => {
  const advanced: unknown[] = []
  const fail = () => {
    throw new RangeError('invented')
  }
  const { intake, writer } = openIntake({
    journal: { append: async () => ({ start: { segment: 1, offset: 10 }, end }) },
    encoders: new SegmentEncoders(new SeriesTable()),
    alerting: { accept: fail },
    facts: { take: fail, refusal: undefined },
    current: { take: fail },
    watch: { seen: { take: fail } },
    store: { advance: (position) => void advanced.push(position) },
    remotes: { advance: () => undefined },
    log: openLog({ name: 'test', level: 'silent' }),
    probeEveryMs: 10,
    onRecovered: () => undefined,
  })
  using _writer = writer
  await intake.take(batch)
  await expect.poll(() => advanced).toEqual([end])
})
