import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './checks.ts'
import { agentYaml, collectorYaml, rulesOf, stateOf, tokenOf } from './start-configurations.ts'

let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'start, {now} #1 '))
})

afterAll(() => rm(directory, { recursive: true, force: true }))

test.each(['agent', 'collector'] as const)(
  'the configuration of the %s that npm start makes names the state directory, wherever the checkout lies, and is accepted',
  async (name) => {
    const places = { directory, address: '127.0.0.1:8499' }
    await mkdir(rulesOf(places), { recursive: true })
    await writeFile(tokenOf(places), `${'t'.repeat(43)}\n`, { mode: 0o600 })
    const file = join(directory, `${name}.yaml`)
    const text = name === 'agent' ? agentYaml(places) : collectorYaml(places)
    await writeFile(file, text, { mode: 0o640 })
    expect(parse(text)).toMatchObject({ state: stateOf(name, places) })
    const program = join(ROOT, name, 'bin', `wardround-${name}.mjs`)
    await promisify(execFile)(process.execPath, [program, 'check-config', '--config', file])
  },
)
