import { expect, test } from 'vitest'
import { SampleFeed } from '../rules/testing/sample-feed.ts'
import { BackupWatch } from './backup-watch.ts'

test('jobs that run are seen among all other samples', () => {
  const feed = new SampleFeed()
  const heard: string[] = []
  const watch = new BackupWatch(feed.table, (host, job, isRunning) =>
    heard.push(`${host} ${job} ${isRunning}`),
  )
  const tags = { job: 'nightly', database: 'his', tool: 'rman', kind: 'full', copy: '1' }
  for (const [status, cpu] of [
    [2, 95],
    [2, 96],
    [0, 10],
  ] as const) {
    const points = [
      { measurement: 'cpu', fields: { usage_idle: cpu } },
      { measurement: 'backup_job', tags, fields: { status, bytes_out: 2 } },
    ]
    for (const block of feed.batch('db1', 1_000, points).batch.blocks) watch.accept(block)
  }
  expect(heard).toEqual(['db1 nightly true', 'db1 nightly true', 'db1 nightly false'])
})
