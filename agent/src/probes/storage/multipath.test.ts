import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { ProgramUnavailable } from '../../sources/program-unavailable.ts'
import { parseMultipathStatus, parseQueueing } from '../../sources/storage/multipath-devices.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { StorageBench } from '../../testing/storage-bench.ts'
import multipath from './multipath.ts'

const STATUS =
  'oradata: 0 2097152 multipath 2 0 1 0 2 1 A 0 2 2 8:16 A 0 0 1 8:48 F 3 0 1 E 0 2 2 8:32 A 0 0 1 8:64 A 0 0 1 \n'
const TABLE =
  'oradata: 0 2097152 multipath 1 queue_if_no_path 1 alua 2 1 service-time 0 2 2 8:16 1 1 8:48 1 1 service-time 0 2 2 8:32 1 1 8:64 1 1\n'

async function openBench(
  states = ['running', 'running', 'running', 'running'],
): Promise<StorageBench> {
  const bench = await StorageBench.open()
  await bench.write({
    '/sys/block/dm-0/dm/uuid': 'mpath-3600508b4000156d7\n',
    '/sys/block/dm-0/dm/name': 'oradata\n',
    '/sys/block/dm-0/size': '2097152\n',
    '/sys/block/dm-1/dm/uuid': 'LVM-abc\n',
  })
  await writeStates(bench, states)
  return bench
}

async function writeStates(bench: StorageBench, states: readonly string[]): Promise<void> {
  for (const [index, state] of states.entries())
    await bench.tree.write(`/sys/block/dm-0/slaves/sd${'bcde'[index]}/device/state`, `${state}\n`)
}

function installDmsetup(bench: StorageBench, status = STATUS): Promise<void> {
  return bench.install(
    'dmsetup',
    `case $1 in status) printf '%s' '${status}' ;; table) printf '%s' '${TABLE}' ;; esac`,
  )
}

describeProbe(multipath, {
  async open() {
    const bench = await openBench()
    await installDmsetup(bench)
    return bench
  },
})

test("takes the kernel's word on each path", async () => {
  await using bench = await openBench()
  await installDmsetup(bench)
  const { samples } = await sampleOnce(multipath, bench.session)
  expect(samples).toEqual([
    {
      measurement: 'multipath',
      tags: { device: '3600508b4000156d7', name: 'oradata' },
      fields: {
        paths: 4,
        paths_active: 3,
        paths_failed: 1,
        paths_lost: 0,
        queueing: 1,
        size_bytes: 1_073_741_824,
      },
    },
  ])
})

test('a path that is gone altogether is missed, against the most that were ever seen', async () => {
  await using bench = await openBench()
  bench.unavailable = new ProgramUnavailable('no-helper', { zh: '无', en: 'no helper listens' })
  const first = await sampleOnce(multipath, bench.session)
  expect(first.samples[0]?.fields).toMatchObject({ paths: 4, paths_active: 4, paths_lost: 0 })
  expect(first.samples[0]?.fields['queueing']).toBe(undefined)
  expect(first.remarks[0]?.en).toContain('no helper listens')
  await writeStates(bench, ['running', 'offline', 'transport-offline'])
  await bench.tree.remove('/sys/block/dm-0/slaves/sde')
  const { samples } = await sampleOnce(multipath, bench.session)
  expect(samples[0]?.fields).toMatchObject({
    paths: 3,
    paths_active: 1,
    paths_failed: 2,
    paths_lost: 3,
  })
})

test('what the site expects counts before what was seen', async () => {
  await using bench = await openBench()
  await installDmsetup(bench)
  const session = { ...bench.session, expectedPaths: 8 }
  const { samples } = await sampleOnce(multipath, session)
  expect(samples[0]?.fields).toMatchObject({ paths_active: 3, paths_lost: 5 })
})

test.each([
  {
    note: 'fails',
    script: 'echo "/dev/mapper/control: open failed" >&2; exit 1',
    code: 'UNREADABLE',
  },
  { note: 'floods', script: 'exec yes', code: 'FLOOD' },
])('where dmsetup $note, what /sys tells is given all the same', async ({ script, code }) => {
  await using bench = await openBench()
  await bench.install('dmsetup', script)
  const counts: number[] = []
  const run = multipath.sample({
    session: bench.session,
    options: {},
    memory: undefined,
    timeMs: 0,
    monotonicMs: 0,
    signal: new AbortController().signal,
    emit: (_measurement, _tags, fields) => void counts.push(fields['paths_active'] ?? -1),
    emitDocument: () => undefined,
    emitEvent: () => undefined,
    remark: () => undefined,
  })
  await expect(run).rejects.toMatchObject({ code })
  expect(counts).toEqual([4])
})

test('asks nothing where there is no multipath device', async () => {
  await using bench = await StorageBench.open()
  await installDmsetup(bench)
  await expect(sampleOnce(multipath, bench.session)).rejects.toThrow(NoDataError)
  expect(bench.calls).toEqual([])
})

test.each([
  {
    note: 'round-robin',
    line: 'a: 0 9 multipath 2 0 0 0 1 1 A 0 1 0 8:16 A 0',
    is: { paths: 1, active: 1 },
  },
  {
    note: 'a handler with words',
    line: 'a: 0 9 multipath 2 0 0 1 x 1 1 E 0 1 0 8:16 F 7',
    is: { paths: 1, active: 0 },
  },
  { note: 'no path at all', line: 'a: 0 9 multipath 2 0 0 0 0 0', is: { paths: 0, active: 0 } },
  { note: 'cut off', line: 'a: 0 9 multipath 2 0 0 0 1 1 A 0 1 0 8:16', is: undefined },
  {
    note: 'an unknown state',
    line: 'a: 0 9 multipath 2 0 0 0 1 1 A 0 1 0 8:16 X 0',
    is: undefined,
  },
  {
    note: 'more behind it',
    line: 'a: 0 9 multipath 2 0 0 0 1 1 A 0 1 0 8:16 A 0 9',
    is: undefined,
  },
  { note: 'another target', line: 'a: 0 9 linear 8:16 0', is: undefined },
])('status with $note', ({ line, is }) => {
  expect(parseMultipathStatus(`${line}\n`).get('a')).toEqual(is)
})

test('whatever dmsetup prints, no count is negative or beyond its paths', () => {
  const words = fc.array(
    fc.oneof(fc.nat(9).map(String), fc.constantFrom('A', 'F', 'E', '8:16'), fc.string()),
  )
  fc.assert(
    fc.property(words, fc.string(), (tail, other) => {
      for (const text of [`a: 0 9 multipath ${tail.join(' ')}`, other]) {
        for (const { paths, active } of parseMultipathStatus(text).values())
          expect(active >= 0 && active <= paths).toBe(true)
        parseQueueing(text)
      }
    }),
  )
})
