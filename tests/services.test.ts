import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'

const UNITS = join(import.meta.dirname, '../deploy/systemd')
const DROP_INS = join(UNITS, 'drop-ins')
const ANALYZE = '/usr/bin/systemd-analyze'
const run = promisify(execFile)

/** The highest exposure that systemd-analyze may give, in tenths: 0 is safe, 100 open. */
const MOST_EXPOSED = { 'wardround-agent': 20, 'wardround-collector': 25 } as const
type Unit = keyof typeof MOST_EXPOSED
const NAMES: readonly Unit[] = ['wardround-agent', 'wardround-collector']

/** Drop-ins by the services that they are for. */
const FOR: Readonly<Record<string, readonly Unit[]>> = {
  'before-246.conf': NAMES,
  'systemd-219.conf': ['wardround-agent'],
  'agent-traps-on-162.conf': ['wardround-agent'],
  'agent-logs.conf': ['wardround-agent'],
  'agent-helper.conf': ['wardround-agent'],
  'ping.conf': NAMES,
}

/** A copy of a unit in a directory of its own, with a program that is there on every machine. */
async function copyUnit(name: Unit, dropIns: readonly string[] = []): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'services-'))
  const service = join(directory, `${name}.service`)
  const text = await readFile(join(UNITS, `${name}.service`), 'utf8')
  await writeFile(service, text.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true'))
  await mkdir(`${service}.d`)
  for (const dropIn of dropIns) await copyFile(join(DROP_INS, dropIn), join(`${service}.d`, dropIn))
  return service
}

async function verify(service: string): Promise<string> {
  const { stdout, stderr } = await run(ANALYZE, ['verify', service])
  await rm(join(service, '..'), { recursive: true })
  return `${stdout}${stderr}`
}

describe.each(NAMES)('%s.service', (name) => {
  beforeEach(({ skip }) => skip(!existsSync(ANALYZE), 'not on this machine: systemd-analyze'))

  test('is understood by systemd', async () => {
    expect(await verify(await copyUnit(name))).not.toContain('wardround')
  })

  test(`leaves an exposure of ${MOST_EXPOSED[name] / 10} at most`, async () => {
    const service = await copyUnit(name)
    const threshold = `--threshold=${MOST_EXPOSED[name]}`
    // Ends with 1 above the threshold.
    const asked = ['security', '--offline=true', threshold, '--no-pager', service]
    const { stdout } = await run(ANALYZE, asked)
    await rm(join(service, '..'), { recursive: true })
    expect(stdout).toMatch(/Overall exposure level/)
  })

  test.each(Object.keys(FOR).filter((dropIn) => FOR[dropIn]?.includes(name)))(
    'is understood with %s',
    async (dropIn) => {
      const said = await verify(await copyUnit(name, [dropIn]))
      // The older spelling is there for those that know no other.
      const deprecated = /uses (?:MemoryLimit|CPUShares|BlockIOWeight)=/
      const other = said.split('\n').filter((line) => !deprecated.test(line))
      expect(other.join('\n')).not.toContain('wardround')
    },
  )
})

test('every drop-in is of a service', async () => {
  expect((await readdir(DROP_INS)).toSorted()).toEqual(Object.keys(FOR).toSorted())
})

test.each(NAMES)('%s.service gives signs of life time enough for one a minute', async (name) => {
  const text = await readFile(join(UNITS, `${name}.service`), 'utf8')
  expect(Number(/^WatchdogSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(180)
  expect(text).toMatch(/^Type=notify$/m)
  expect(text).toMatch(/^RestartPreventExitStatus=78$/m)
})
