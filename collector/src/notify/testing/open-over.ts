import { openLog, type Logger } from '@wardround/program'
import { expect } from 'vitest'
import type { Channel } from '../channel.ts'
import { openNotifier, type Notifier, type NotifierOptions } from '../delivery/notifier.ts'
import type { NewDelivery } from '../outbox/outbox-store.ts'
import { aNotice } from './a-notice.ts'
import type { MemoryTables } from './memory-tables.ts'
import type { Behaviour } from './webhook-server.ts'

export const silent = openLog({ name: 'test', level: 'silent' })

export function aDelivery(deliveryId: string, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    deliveryId,
    channel: 'duty',
    groupKey: deliveryId,
    createdAtMs: Date.now(),
    notice: aNotice({ groupKey: deliveryId }),
    ...more,
  }
}

export function openOver(
  tables: MemoryTables,
  channels: readonly Channel[],
  log: Logger = silent,
  more: Partial<NotifierOptions> = {},
): Notifier {
  const { outbox } = tables
  return openNotifier({ channels, outbox, log, version: '1.2.3', random: () => 0, ...more })
}

/** Resolves when the outbox has come to this. */
export async function untilCounts(tables: MemoryTables, counts: unknown): Promise<void> {
  await expect.poll(() => tables.table.counts(), { interval: 10 }).toEqual(counts)
}

/** Behaves differently from request to request; the last stays. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  let index = 0
  return (hit, answer) => behaviours[Math.min(index++, behaviours.length - 1)]?.(hit, answer)
}
