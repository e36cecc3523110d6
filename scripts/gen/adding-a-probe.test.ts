import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { PROJECT_ROOT } from './project-root.ts'

const PAGE = readFileSync(join(PROJECT_ROOT, 'docs/adding-a-probe.md'), 'utf8')
const BLOCKS = [...PAGE.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)

/** A tree in which the page's two files stand where it says, over the real sources. */
const tree = mkdtempSync(join(tmpdir(), 'adding-a-probe-'))

function run(
  program: string,
  ...args: readonly string[]
): { status: number | null; output: string } {
  const entry = join(PROJECT_ROOT, 'node_modules', program)
  const { status, stdout, stderr } = spawnSync(process.execPath, [entry, ...args], {
    cwd: tree,
    encoding: 'utf8',
    timeout: 170_000,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  })
  return { status, output: stdout + stderr }
}

function link(path: string): void {
  symlinkSync(join(PROJECT_ROOT, path), join(tree, path))
}

beforeAll(() => {
  const [probe = '', itsTest = ''] = BLOCKS
  const probes = join(tree, 'agent/src/probes/host')
  mkdirSync(probes, { recursive: true })
  writeFileSync(join(probes, 'file-locks.ts'), probe)
  writeFileSync(join(probes, 'file-locks.test.ts'), itsTest)
  for (const name of readdirSync(join(PROJECT_ROOT, 'agent/src'))) {
    if (name !== 'probes') link(join('agent/src', name))
  }
  link('node_modules')
  link('agent/node_modules')
  const config = { extends: join(PROJECT_ROOT, 'tsconfig.json'), include: ['agent/src/probes'] }
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify(config))
  writeFileSync(join(tree, 'vitest.config.mjs'), 'export default {}\n')
  writeFileSync(join(tree, 'package.json'), '{"type": "module"}\n')
})

afterAll(() => rmSync(tree, { recursive: true }))

describe('docs/adding-a-probe.md', () => {
  test('fits on a page and has a probe and its test', () => {
    expect(BLOCKS).toHaveLength(2)
    expect(PAGE.split('\n').length).toBeLessThanOrEqual(110)
  })

  test('its code compiles', () => {
    expect(run('typescript/bin/tsc', '-p', '.')).toEqual({ status: 0, output: '' })
  })

  test('its test passes, the contract of all probes in it', () => {
    const { status, output } = run('vitest/vitest.mjs', 'run', 'file-locks')
    expect(status, output).toBe(0)
    expect(output).toMatch(/Tests\s+6 passed/)
  })
})
