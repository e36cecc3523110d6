import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { recordedDirectory } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import ntpq from './ntpq.ts'
import { parseNtpqPeers } from './parse-ntpq-peers.ts'

const PEERS = `     remote           refid      st t when poll reach   delay   offset  jitter
==============================================================================
 LOCAL(0)        .LOCL.          10 l  17m   64    0    0.000    0.000   0.000
*10.0.0.53       .GPS.            1 u   33   64  377    0.231   -1.205   0.044
+10.0.0.54       10.0.0.53        2 u    -   64  376    0.402    0.377   0.113
 10.0.0.55       .INIT.          16 u    -  17m    0    0.000    0.000   0.000
`

/** Stands in for ntpq; only the second place has it, as ntpsec does. */
function answering(stdout: string): { readonly commands: CommandRunner } {
  return {
    commands: {
      run: (program) =>
        program === '/usr/bin/ntpq'
          ? Promise.resolve({ exitCode: 0, stdout, stderr: '' })
          : Promise.reject(new NoDataError('not installed')),
    },
  }
}

describeProbe(ntpq, {
  open: () => Promise.resolve({ session: answering(PEERS), async [Symbol.asyncDispose]() {} }),
})

test('reads the servers', async () => {
  const { samples } = await sampleOnce(ntpq, answering(PEERS))
  expect(samples).toHaveLength(4)
  expect(samples[1]).toEqual({
    measurement: 'ntpq',
    tags: { remote: '10.0.0.53', refid: '.GPS.', state_prefix: '*', type: 'u', stratum: '1' },
    fields: {
      delay: 0.231,
      jitter: 0.044,
      offset: -1.205,
      offset_abs: 1.205,
      poll: 64,
      reach: 377,
      when: 33,
      selected: 1,
    },
  })
  expect(samples[0]).toMatchObject({
    tags: { remote: 'LOCAL(0)' },
    fields: { when: 1020, selected: 0 },
  })
  expect(samples[3]?.fields).toMatchObject({ when: undefined, poll: 1020, reach: 0 })
})

test.each(['', "No association ID's returned\n", 'ntpq: read: Connection refused'])(
  '%j is no data',
  async (said) => {
    await expect(sampleOnce(ntpq, answering(said))).rejects.toThrow(NoDataError)
  },
)

test('is quiet where there is no ntpq', async () => {
  const commands: CommandRunner = { run: () => Promise.reject(new NoDataError('not installed')) }
  await expect(sampleOnce(ntpq, { commands })).rejects.toThrow('ntpq is not installed')
})

test('any output is peers or nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (words) => {
      for (const peer of parseNtpqPeers(`*a b 1 u ${words.join(' ')}\n${PEERS}`))
        for (const value of Object.values(peer))
          if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }),
  )
})

describe('recorded answers', () => {
  test('every row is read as another tool read it', (context) => {
    const recorded = recordedDirectory(context, 'host-cmds')
    const files = globSync(`${recorded}/*/ntpq-p*.out`)
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const expected = JSON.parse(readFileSync(file.replace(/out$/, 'json'), 'utf8')) as Record<
        string,
        unknown
      >[]
      const peers = parseNtpqPeers(readFileSync(file, 'utf8'))
      expect(
        peers.map(({ remote }) => remote),
        file,
      ).toEqual(expected.map((row) => row['remote']))
      expect(peers.map(({ offsetMs }) => offsetMs)).toEqual(
        expected.map((row) => Number(row['offset'])),
      )
      expect(peers.map(({ reach }) => reach)).toEqual(expected.map((row) => Number(row['reach'])))
    }
  })
})
