import { describe, expect, test } from 'vitest'
import type { Channel } from '../channel.ts'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import { aChannel } from '../testing/a-channel.ts'
import { aNotice } from '../testing/a-notice.ts'
import { anAlert } from '../testing/a-transition.ts'
import { sendOnce } from '../testing/send-once.ts'
import { startWebhookServer } from '../testing/webhook-server.ts'
import { demoChannel } from './demo-channel.ts'

const sendNow = (channel: Channel) => sendOnce(channel, [aNotice({ atMs: Date.now() })])

/** What a service gets of the settings' channel, as text. */
async function sentBy(
  settings: Readonly<Record<string, unknown>>,
  send: (channel: Channel) => Promise<AttemptOutcome> | undefined = sendNow,
): Promise<string> {
  await using service = await startWebhookServer()
  const outcome = await send(demoChannel(await aChannel({ ...settings, url: service.url })))
  expect(outcome).toMatchObject({ kind: expect.stringMatching(/accepted|answered/) })
  return service.hits.map(({ body }) => body).join()
}

describe('whatever goes out of a demo says so', () => {
  test.each([
    { type: 'webhook' },
    { type: 'alertmanager' },
    { type: 'http', format: 'json', body: { text: '{{title}}' } },
  ])('by the channel $type', async (settings) => {
    expect(await sentBy(settings)).toContain('【演示数据】')
  })

  test('also where an Alertmanager is told all alerts anew', async () => {
    const context = {
      deliveryId: 'd-1',
      nowMs: Date.now(),
      userAgent: 'test',
      closing: new AbortController().signal,
      externalUrl: 'http://monitor/',
    }
    const sent = await sentBy({ type: 'alertmanager' }, ({ tellAll }) =>
      tellAll?.([anAlert()], context),
    )
    expect(sent).toContain('【演示数据】')
  })
})
