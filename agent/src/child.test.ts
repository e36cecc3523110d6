import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { build } from 'esbuild'
import { expect, test } from 'vitest'

import { chosenRole } from './child.ts'

test('a process that was not started as a child has no role', () => {
  expect(chosenRole()).toBeUndefined()
})

test('in a bundle the child is the same file in another role', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'child-bundle-'))
  const main = join(directory, 'main.ts')
  const bundle = join(directory, 'agent.mjs')
  const source = (name: string): string => JSON.stringify(join(import.meta.dirname, name))
  writeFileSync(
    main,
    `import { chosenRole, runRole } from ${source('child.ts')}
     import { MountHelper } from ${source('sources/mount-helper.ts')}
     const role = chosenRole()
     if (role) await runRole(role)
     else {
       using helper = new MountHelper({ monotonicMs: () => 0, deadlineMs: 120_000 })
       const answer = await helper.ask('/', new AbortController().signal)
       console.log(answer.kind)
     }`,
  )
  await build({
    entryPoints: [main],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    external: ['systeminformation'],
    logLevel: 'silent',
  })
  const output = execFileSync(process.execPath, [bundle], { encoding: 'utf8', timeout: 150_000 })
  rmSync(directory, { recursive: true })
  expect(output.trim()).toBe('answered')
})
