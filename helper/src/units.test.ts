import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'

const UNITS = join(import.meta.dirname, '../../deploy/systemd')
const ANALYZE = '/usr/bin/systemd-analyze'
const run = promisify(execFile)

/** Copies of the units in a directory of their own, with a program that is there on every machine. */
async function copyUnits(): Promise<{ directory: string; socket: string; service: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'helper-units-'))
  const socket = join(directory, 'wardround-helper.socket')
  const service = join(directory, 'wardround-helper@.service')
  await writeFile(socket, await readFile(join(UNITS, 'wardround-helper.socket')))
  const text = await readFile(join(UNITS, 'wardround-helper@.service'), 'utf8')
  await writeFile(service, text.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'))
  return { directory, socket, service }
}

describe('the units of the helper', () => {
  beforeEach(({ skip }) => skip(!existsSync(ANALYZE), 'not on this machine: systemd-analyze'))

  test('are understood by systemd', async () => {
    const { directory, socket, service } = await copyUnits()
    const { stdout, stderr } = await run(ANALYZE, ['verify', socket, service])
    await rm(directory, { recursive: true })
    expect(`${stdout}${stderr}`).not.toContain('wardround-helper')
  })

  test('leave an exposure of 4.0 at most', async () => {
    const { directory, service } = await copyUnits()
    // Ends with 1 above the threshold, which is counted in tenths.
    const { stdout } = await run(ANALYZE, [
      'security',
      '--offline=true',
      '--threshold=40',
      '--no-pager',
      service,
    ])
    await rm(directory, { recursive: true })
    expect(stdout).toMatch(/PrivateNetwork=\s+Service has no access to the host's network/)
  })
})

test('its socket is open to a group that is for nothing else', async () => {
  const socket = await readFile(join(UNITS, 'wardround-helper.socket'), 'utf8')
  expect(socket).toMatch(/^SocketGroup=wardround-helper$/m)
  expect(socket).toMatch(/^SocketMode=0660$/m)
})

test('no unit gives the helper a network or a capability beyond the four', async () => {
  const service = await readFile(join(UNITS, 'wardround-helper@.service'), 'utf8')
  expect(service).toMatch(/^PrivateNetwork=yes$/m)
  expect(service).toMatch(/^RestrictAddressFamilies=AF_UNIX$/m)
  expect(service.match(/^CapabilityBoundingSet=(.*)$/m)?.[1]?.split(' ')).toEqual([
    'CAP_SYS_RAWIO',
    'CAP_SYS_ADMIN',
    'CAP_DAC_READ_SEARCH',
    'CAP_MKNOD',
  ])
})
