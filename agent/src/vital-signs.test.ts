import { systemFiles } from '@wardround/journal'
import { expect, test } from 'vitest'
import { OutboxKit, type OutboxSettings } from './testing/outbox-kit.ts'
import { VitalSigns } from './vital-signs.ts'

async function openAgentParts(kit: OutboxKit, everyMs: number, settings: OutboxSettings = {}) {
  const opened = await kit.open(settings)
  return { ...opened, signs: new VitalSigns({ ...opened, clocks: opened.time, everyMs }) }
}

test('whoever collects is well, also without a collector: the disk has it', async () => {
  await using kit = await OutboxKit.create()
  const { outbox, time, samples, signs } = await openAgentParts(kit, 10_000)
  for (let minute = 0; minute < 10; minute++) {
    outbox.append(samples(5))
    await time.pass(60_000)
    await outbox.flush()
    expect(signs.findFault()).toBeUndefined()
  }
})

test('whoever collects nothing for three minutes is not', async () => {
  await using kit = await OutboxKit.create()
  const { outbox, time, samples, signs } = await openAgentParts(kit, 10_000)
  outbox.append(samples(5))
  expect(signs.findFault()).toBeUndefined()
  await time.pass(180_000)
  expect(signs.findFault()).toBeUndefined()
  await time.pass(1_000)
  expect(signs.findFault()).toBe('no sample was collected for 181 s')
  outbox.append(samples(5))
  expect(signs.findFault()).toBeUndefined()
})

test('whoever collects once in a quarter of an hour is given three of them', async () => {
  await using kit = await OutboxKit.create()
  const { time, signs } = await openAgentParts(kit, 900_000)
  await time.pass(2_700_000)
  expect(signs.findFault()).toBeUndefined()
  await time.pass(1_000)
  expect(signs.findFault()).toMatch(/no sample/)
})

test('a disk that hangs is a fault; one that says why it takes nothing is not, for memory alone has the samples', async () => {
  await using kit = await OutboxKit.create()
  const hung = Promise.withResolvers<void>()
  const hanging = await openAgentParts(kit, 10_000, {
    files: { ...systemFiles, sync: () => hung.promise },
  })
  await collectFor(hanging, 4)
  const fault = hanging.signs.findFault()
  hung.resolve()
  expect(fault).toBe('samples are neither acknowledged nor on disk for 239 s')

  await using other = await OutboxKit.create()
  const full = await openAgentParts(other, 10_000, {
    files: {
      ...systemFiles,
      write: () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })),
    },
  })
  await collectFor(full, 4)
  expect(full.outbox.failure?.code).toBe('JOURNAL_NO_SPACE')
  expect(full.signs.findFault()).toBeUndefined()
})

async function collectFor(
  { outbox, time, samples }: Awaited<ReturnType<typeof openAgentParts>>,
  minutes: number,
): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    outbox.append(samples(5))
    await time.pass(60_000)
    await new Promise((resolve) => setTimeout(resolve, 20)) // real files answer
  }
}
