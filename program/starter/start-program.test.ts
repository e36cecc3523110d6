import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'

const STARTER = fileURLToPath(new URL('start-program.mjs', import.meta.url))
/** What makes the Node that runs the test look like one that is too old. */
const OLD = `data:text/javascript,Object.defineProperty(process,'version',{value:'v20.1.0'})`

/** Runs the starter, in a checkout without a toolchain, and gives what it says. */
async function startInOldNode(args: readonly string[], environment: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), 'wardround-starter-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const directory = join(root, 'program', 'starter')
  await mkdir(directory, { recursive: true })
  await copyFile(STARTER, join(directory, 'start-program.mjs'))
  const main = join(directory, 'main.mjs')
  const text = `import { startProgram } from './start-program.mjs'\nawait startProgram({ main: new URL('none.mjs', import.meta.url) })\n`
  await writeFile(main, text)
  return new Promise<{ code: unknown; said: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', OLD, main, ...args],
      { env: environment },
      (error, _, said) => resolve({ code: error?.code, said }),
    )
  })
}

test.each<[string, string[], Record<string, string>, string]>([
  ['no wish', [], {}, '版本过低'],
  ['--lang zh-CN', ['run', '--lang', 'zh-CN'], { LANG: 'en_US.UTF-8' }, '版本过低'],
  ['--lang=zh-CN', ['run', '--lang=zh-CN'], { WARDROUND_LANG: 'en' }, '版本过低'],
  ['WARDROUND_LANG', ['run'], { WARDROUND_LANG: 'zh-CN', LANG: 'en_US.UTF-8' }, '版本过低'],
  ['an English locale', ['run'], { LANG: 'en_US.UTF-8' }, 'is too old'],
  ['--lang en', ['--lang', 'en', 'run'], {}, 'is too old'],
])(
  'a Node that is too old says so in the language of the program: %s',
  async (_, args, environment, says) => {
    const { code, said } = await startInOldNode(args, environment)
    expect(code).toBe(1)
    expect(said).toContain(`v20.1.0`)
    expect(said).toContain(says)
  },
)
