import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import type { CommandRunner } from '../../sources/commands.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { recordedDirectory } from '../../testing/recorded-walk.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import clock from './clock.ts'
import { parseTimedatectl } from './parse-timedatectl.ts'

const STATUS = `               Local time: Sun 2026-11-22 23:48:01 CST
           Universal time: Sun 2026-11-22 15:48:01 UTC
                 RTC time: Sun 2026-11-22 15:48:01
                Time zone: Asia/Shanghai (CST, +0800)
System clock synchronized: no
              NTP service: active
          RTC in local TZ: no
`
const OLD = '     NTP enabled: n/a\nNTP synchronized: yes\n RTC in local TZ: yes\n'

/** Stands in for timedatectl. */
function answering(stdout: string): { readonly commands: CommandRunner } {
  return { commands: { run: () => Promise.resolve({ exitCode: 0, stdout, stderr: '' }) } }
}

describeProbe(clock, {
  open: () => Promise.resolve({ session: answering(STATUS), async [Symbol.asyncDispose]() {} }),
})

test.each([
  [STATUS, { synchronized: 0, ntp_enabled: 1, rtc_in_local_time: 0 }],
  [OLD, { synchronized: 1, ntp_enabled: undefined, rtc_in_local_time: 1 }],
])('%j', async (said, fields) => {
  const { samples } = await sampleOnce(clock, answering(said))
  expect(samples[0]?.fields).toEqual(fields)
})

test('has no data where timedatectl can’t tell', async () => {
  await expect(sampleOnce(clock, answering(''))).rejects.toThrow(NoDataError)
})

describe('recorded answers', () => {
  test('are read as another tool read them', (context) => {
    const recorded = recordedDirectory(context, 'host-cmds')
    const files = globSync(`${recorded}/*/timedatectl*.out`).filter(
      (file) => !file.includes('timesync-status'),
    )
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) {
      const expected = JSON.parse(readFileSync(file.replace(/out$/, 'json'), 'utf8')) as Record<
        string,
        unknown
      >
      const synchronized = expected['system_clock_synchronized'] ?? expected['ntp_synchronized']
      const { rtcInLocalTime, ...status } = parseTimedatectl(readFileSync(file, 'utf8'))
      expect(status.synchronized, file).toBe(synchronized)
      expect(rtcInLocalTime).toBe(expected['rtc_in_local_tz'])
    }
  })
})
