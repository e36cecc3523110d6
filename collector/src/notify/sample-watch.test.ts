import { expect, test } from 'vitest'
import { SampleFeed } from '../rules/testing/sample-feed.ts'
import { SampleWatch } from './sample-watch.ts'

test('jobs that run and instances that answer are seen among all other samples', () => {
  const feed = new SampleFeed()
  const heard: string[] = []
  const watch = new SampleWatch(feed.table, {
    onBackup: (...said) => heard.push(said.join(' ')),
    onInstance: (...said) => heard.push(said.join(' ')),
  })
  const tags = { job: 'nightly', database: 'his', tool: 'rman', kind: 'full', copy: '1' }
  const ofInstance = { database: 'his', instance: 'his1' }
  for (const [status, cpu] of [
    [2, 95],
    [2, 96],
    [0, 10],
  ] as const) {
    const points = [
      { measurement: 'cpu', fields: { usage_idle: cpu } },
      { measurement: 'backup_job', tags, fields: { status, bytes_out: 2 } },
      { measurement: 'oracle_instance', tags: ofInstance, fields: { status: 3, blocked: 0 } },
    ]
    for (const block of feed.batch('db1', 1_000, points).batch.blocks) watch.accept(block)
  }
  expect(heard).toEqual([
    'db1 nightly true',
    'db1 his1 his',
    'db1 nightly true',
    'db1 his1 his',
    'db1 nightly false',
    'db1 his1 his',
  ])
})
