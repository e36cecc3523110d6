import { expect, test } from 'vitest'
import { aWebhook } from './testing/a-channel.ts'
import { anAlert, aTransition, FIRED_AT_MS } from './testing/a-transition.ts'
import { toDeliveries } from './to-deliveries.ts'

const CONTEXT = {
  externalUrl: 'http://monitor:8470/',
  nowMs: FIRED_AT_MS,
  quoteOf: () => undefined,
}

test('a change of severity is one message of the alert’s own group', async () => {
  const channel = await aWebhook('http://10.0.0.8/')
  const before = anAlert({ severity: 'warning', endsAtMs: FIRED_AT_MS })
  const [first] = toDeliveries(aTransition({ alert: before }), [channel], CONTEXT)
  const change = aTransition({ kind: 'severity', before })
  const [second] = toDeliveries(change, [channel], CONTEXT)
  expect(second?.groupKey).toBe(first?.groupKey)
  expect(second?.notice.alerts).toMatchObject([
    { reason: 'condition', alert: { severity: 'critical' } },
    { reason: 'severity', alert: { severity: 'warning' } },
  ])
})

test('quotes, braces and line ends in labels stay where they belong', async () => {
  const labels = { alertname: 'x', host: 'db1', path: '/a"b}\n{{value}}' }
  const transition = aTransition({ alert: anAlert({ labels }) })
  const [delivery] = toDeliveries(transition, [await aWebhook('http://10.0.0.8/')], CONTEXT)
  expect(delivery?.groupKey).toBe('{}:{alertname="x", host="db1", path="/a\\"b}\\n{{value}}"}')
})
