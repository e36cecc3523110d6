import { execFile, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NoDataError } from '../../probe.ts'
import { Commands, type CommandRunner } from '../../sources/commands.ts'
import { describeProbe } from '../../testing/describe-probe.ts'
import { sampleOnce } from '../../testing/sample-once.ts'
import chrony from './chrony.ts'
import { parseChronyTracking } from './parse-chrony-tracking.ts'

const CHRONYD = '/usr/sbin/chronyd'
const NO_CHRONYD =
  existsSync(CHRONYD) && process.getuid?.() === 0
    ? undefined
    : 'not on this machine: chronyd, as root'

const TRACKING =
  'C0A80001,192.168.0.1,3,1700000000.123456789,0.000012345,-0.000002000,0.000030000,-12.345,0.001,0.050,0.012000000,0.001000000,64.2,Normal\n'

/** Stands in for chronyc. */
function answering(stdout: string, exitCode = 0): { readonly commands: CommandRunner } {
  return { commands: { run: () => Promise.resolve({ exitCode, stdout, stderr: '' }) } }
}

const open = (stdout: string) =>
  Promise.resolve({ session: answering(stdout), async [Symbol.asyncDispose]() {} })

describeProbe(chrony, { open: () => open(TRACKING) })

test('reads the fields, with the sign that Telegraf has', async () => {
  const { samples } = await sampleOnce(chrony, answering(TRACKING))
  expect(samples).toEqual([
    {
      measurement: 'chrony',
      tags: { reference_id: 'C0A80001', stratum: '3', leap_status: 'normal' },
      fields: {
        system_time: -0.000012345,
        system_time_abs: 0.000012345,
        last_offset: -0.000002,
        rms_offset: 0.00003,
        frequency: -12.345,
        residual_freq: 0.001,
        skew: 0.05,
        root_delay: 0.012,
        root_dispersion: 0.001,
        update_interval: 64.2,
        not_synchronised: 0,
      },
    },
  ])
})

test('a clock that is not synchronised, and words that are not known', async () => {
  const lost = await sampleOnce(chrony, answering(TRACKING.replace('Normal', 'Not synchronised')))
  expect(lost.samples[0]?.fields['not_synchronised']).toBe(1)
  const odd = await sampleOnce(chrony, answering(TRACKING.replace('Normal', 'Something new')))
  expect(odd.samples[0]).toMatchObject({
    tags: { leap_status: 'unknown' },
    fields: { not_synchronised: undefined },
  })
})

test.each(['506 Cannot talk to daemon\n', '', TRACKING.slice(0, 40)])(
  '%j is no data',
  async (said) => {
    await expect(sampleOnce(chrony, answering(said, 1))).rejects.toThrow(NoDataError)
  },
)

test('any output is numbers or nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 16 }), (fields) => {
      const tracking = parseChronyTracking(['C0A80001', 'a', '3', ...fields].join(','))
      for (const value of Object.values(tracking ?? {}))
        if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true)
    }),
  )
})

describe.skipIf(NO_CHRONYD !== undefined)('a real chronyd', () => {
  test('its own reference and stratum', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'chrony-'))
    await chmod(directory, 0o750)
    const port = String(await freePort())
    const conf = `port 0\ncmdport ${port}\nbindcmdaddress 127.0.0.1\nbindcmdaddress ${directory}/sock\npidfile ${directory}/pid\nlocal stratum 8\nuser root\n`
    await writeFile(join(directory, 'chrony.conf'), conf)
    const daemon = spawn(CHRONYD, ['-x', '-d', '-f', join(directory, 'chrony.conf')], {
      stdio: 'ignore',
    })
    const ended = once(daemon, 'exit')
    try {
      using real = new Commands()
      // the probe's own arguments, at this daemon's port
      const commands: CommandRunner = {
        run: (program, args, limits) =>
          real.run(program, ['-h', '127.0.0.1', '-p', port, ...args], limits),
      }
      const sample = () => sampleOnce(chrony, { commands }).catch(() => undefined)
      await expect
        .poll(async () => (await sample())?.samples[0]?.tags)
        .toMatchObject({ reference_id: '7F7F0101', stratum: '8' })
      const { stdout } = await promisify(execFile)('/usr/bin/chronyc', [
        '-h',
        '127.0.0.1',
        '-p',
        port,
        'tracking',
      ])
      expect(stdout).toMatch(/Stratum +: 8/)
    } finally {
      daemon.kill('SIGTERM')
      await ended
      await rm(directory, { recursive: true, force: true })
    }
  })
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
