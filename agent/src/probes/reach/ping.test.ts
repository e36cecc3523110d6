import { existsSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import { parsePing } from '../../sources/reach/ping-output.ts'
import type { ReachSession } from '../../sources/reach/reach-session.ts'
import { reachSource } from '../../sources/reach.ts'
import { SourceMemory } from '../../source-memory.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import { makeSourceContext } from '../../testing/source-context.ts'
import ping from './ping.ts'

const ANSWERED = `PING 10.0.0.5 (10.0.0.5) 56(84) bytes of data.

--- 10.0.0.5 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 401ms
rtt min/avg/max/mdev = 0.034/0.047/0.061/0.013 ms
`
const SILENT = `PING 10.0.0.6 (10.0.0.6) 56(84) bytes of data.

--- 10.0.0.6 ping statistics ---
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2010ms
`
const BUSYBOX = `PING 10.0.0.5 (10.0.0.5): 56 data bytes

--- 10.0.0.5 ping statistics ---
3 packets transmitted, 3 packets received, 0% packet loss
round-trip min/avg/max = 0.098/0.100/0.104 ms
`

/** Stands in for ping(8). */
function answering(answers: Readonly<Record<string, string>>): CommandRunner {
  return {
    run: (_, args) =>
      Promise.resolve({ exitCode: 0, stdout: answers[args.at(-1) ?? ''] ?? '', stderr: '' }),
  }
}

const open = async (...hosts: readonly string[]) =>
  reachSource.open(await makeSourceContext({ options: { ping: hosts.map((host) => ({ host })) } }))

async function look(
  answers: Readonly<Record<string, string>>,
  given: Partial<ReachSession> = {},
  memory?: number,
) {
  await using opened = await open(...Object.keys(answers))
  const session = { ...opened.session, commands: answering(answers), ...given }
  return await sampleOnce(ping, session, { memory })
}

describe.skipIf(!existsSync('/usr/bin/ping'))('the real ping', () => {
  describeProbe(ping, { open: () => open('127.0.0.1') })

  test('a host that answers, and one that there is not', async () => {
    await using opened = await open('127.0.0.1', 'no-such-host.invalid')
    const { samples } = await sampleOnce(ping, opened.session)
    expect(samples[0]).toMatchObject({ tags: { url: '127.0.0.1' }, fields: { result_code: 0 } })
    expect(samples[0]?.fields['packets_transmitted']).toBeGreaterThan(0)
    expect(samples[1]?.fields['result_code']).toBeGreaterThan(0)
  })
})

test('reads counts and times', async () => {
  const { samples } = await look({ '10.0.0.5': ANSWERED, '10.0.0.6': SILENT, '10.0.0.7': BUSYBOX })
  expect(samples.map(({ fields }) => fields)).toMatchObject([
    {
      packets_transmitted: 3,
      packets_received: 2,
      percent_packet_loss: 100 / 3,
      minimum_response_ms: 0.034,
      average_response_ms: 0.047,
      maximum_response_ms: 0.061,
      standard_deviation_ms: 0.013,
      result_code: 0,
    },
    {
      packets_received: 0,
      percent_packet_loss: 100,
      average_response_ms: undefined,
      result_code: 0,
    },
    {
      packets_received: 3,
      average_response_ms: 0.1,
      standard_deviation_ms: undefined,
      result_code: 0,
    },
  ])
})

test.each([
  ['ping: nowhere: Name or service not known', 1, 0],
  ['ping: bad address nowhere', 1, 0],
  ['ping: socket: Operation not permitted', 2, 1],
  ['', 2, 0],
])('%j is result %i', async (said, code, remarks) => {
  const run = await look({ nowhere: said })
  expect(run.samples[0]?.fields).toMatchObject({
    result_code: code,
    percent_packet_loss: undefined,
  })
  expect(run.remarks).toHaveLength(remarks)
})

test('what there was no time for comes first in the next run', async () => {
  let nowMs = 0
  const clocks = { monotonicMs: () => (nowMs += 30_000) }
  const answers = { a: ANSWERED, b: ANSWERED, c: ANSWERED }
  const first = await look(answers, { clocks })
  expect(first.samples.map(({ tags }) => tags['url'])).toEqual(['a'])
  expect(first.memory).toBe(1)
  const second = await look(answers, {}, 1)
  expect(second.samples.map(({ tags }) => tags['url'])).toEqual(['b', 'c', 'a'])
})

test('sends nothing while the source is paused', async () => {
  const memory = await SourceMemory.open(undefined, 'bench')
  await memory.setPaused(1)
  const context = await makeSourceContext({ memory, options: { ping: [{ host: '127.0.0.1' }] } })
  await using opened = await reachSource.open(context)
  await expect(sampleOnce(ping, opened.session)).rejects.toThrow(NoDataError)
})

test('any output is counts or nothing', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (text, count) => {
      const counts = parsePing(
        `${count} packets transmitted, ${count * 2} received, ${text}\nrtt min/avg/max = ${text}`,
      )
      expect(counts?.lossPercent ?? 0).toBeGreaterThanOrEqual(0)
    }),
  )
})
