import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { Channel, SendContext } from '../channel.ts'
import type { Notice } from '../notice.ts'
import { aNotice } from './a-notice.ts'

/** One attempt, as the queue makes it. */
export function sendOnce(
  channel: Channel,
  notices: readonly Notice[] = [aNotice()],
  more: Partial<SendContext> = {},
): Promise<AttemptOutcome> {
  return channel.send(notices, {
    deliveryId: 'd-1',
    nowMs: Date.now(),
    userAgent: 'Wardround/test',
    closing: new AbortController().signal,
    ...more,
  })
}
