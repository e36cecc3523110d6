import { openLog } from '@wardround/program'
import { expect, test } from 'vitest'
import { AlertFeed } from './alert-feed.ts'

test('a damaged record of the alert history stops no start', async () => {
  await using feed = new AlertFeed({
    channels: () => [],
    alerts: () => [],
    externalUrl: () => 'http://monitor:8470',
    version: '0',
    log: openLog({ name: 'test', level: 'silent' }),
  })
  const damaged = [
    { kind: 'resolved', json: '{"alert":' },
    { kind: 'resolved', json: '{}' },
    { kind: 'resolved', json: 'null' },
    { kind: 'resolved', json: '{"alert":{"fingerprint":1}}' },
  ]
  expect(() => feed.recall(damaged)).not.toThrow()
})
