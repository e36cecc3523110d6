import { recordsOf } from '@wardround/protocol'
import { expect, test } from 'vitest'

import { openHost } from '../../sources/host.ts'
import { describeHostProbe } from '../../testing/host-contract.ts'
import { ProcTree } from '../../testing/proc-tree.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import topProcesses from './top-processes.ts'

const NOW_MS = Date.UTC(2026, 10, 22, 12)

describeHostProbe(topProcesses)

function tableOf(body: unknown, member: string): unknown {
  return typeof body === 'object' && body !== null ? recordsOf(Reflect.get(body, member)) : []
}

test('host.top-processes lists ten by CPU and ten by memory, names without arguments', async () => {
  await using tree = await ProcTree.create()
  await tree.write('/etc/passwd', 'root:x:0:0::/:\noracle:x:500:500::/:\n')
  for (let number = 1; number <= 12; number += 1) {
    await tree.writeProcess({
      pid: 100 + number,
      name: 'MainThread',
      commandLine: [`/opt/bin/worker${number}`, '--password=secret'],
      userTicks: 1000,
      residentPages: 1000 * number,
      threads: number,
      startTicks: 5000,
      userId: 500,
    })
  }
  await using host = await openHost({ root: tree.root })
  const session = { ...host.session, pageBytes: 4096, ticksPerSecond: 100 }

  const first = await sampleOnce(topProcesses, session, { timeMs: NOW_MS })
  expect(first.documents[0]?.body).toMatchObject({ intervalSeconds: null, byCpu: { rows: [] } })

  for (const [number, ticks] of [
    [3, 6000],
    [4, 60],
    [5, 0],
  ] as const) {
    await tree.writeProcess({
      pid: 100 + number,
      name: 'MainThread',
      commandLine: [`/opt/bin/worker${number}`, '--password=secret'],
      userTicks: 1000 + ticks,
      residentPages: 1000 * number,
      threads: number,
      startTicks: 5000,
      userId: 500,
    })
  }
  await tree.writeProcess({ pid: 200, name: 'new', userTicks: 30, startTicks: 99_000 })
  const { documents, samples } = await sampleOnce(topProcesses, session, {
    memory: first.memory,
    timeMs: NOW_MS + 60_000,
    monotonicMs: 60_000,
  })
  expect(samples).toEqual([])
  expect(documents).toMatchObject([{ name: 'top_processes', keep: 'newest' }])
  const body = documents[0]?.body
  expect(body).toMatchObject({ intervalSeconds: 60 })
  expect(tableOf(body, 'byCpu')).toMatchObject([
    {
      pid: 103,
      user: 'oracle',
      command: 'worker3',
      cpuPercent: 100,
      rssBytes: 3000 * 4096,
      threads: 3,
      startedAtMs: NOW_MS + 60_000 - 1_000_000 + 50_000,
    },
    { pid: 104, cpuPercent: 1 },
    { pid: 200, user: 'root', cpuPercent: 0.5 },
  ])
  expect(tableOf(body, 'byMemory')).toMatchObject(
    [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map((number) => ({ command: `worker${number}` })),
  )
  expect(JSON.stringify(documents)).not.toContain('secret')
})
