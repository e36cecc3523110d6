import { openJournal } from '@wardround/journal'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { exportJournals, repairJournals, verifyJournals } from './journal-commands.ts'

/** Its lines are more than a pipe holds. */
const RECORDS = 5_000

const EXPORT = `
import { exportJournals } from ${JSON.stringify(fileURLToPath(new URL('journal-commands.ts', import.meta.url)))}
await exportJournals(process.argv[1], [process.argv[1]])
`

test('an export whose reader goes away ends quietly', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'wardround-export-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  {
    await using journal = await openJournal({
      directory,
      maxBytes: 1024 ** 3,
      maxAgeMs: Infinity,
      whenFull: 'refuse',
      reserve: { fraction: 0, bytes: 0 },
    })
    await Promise.all(Array.from({ length: RECORDS }, () => journal.append(() => Buffer.from('x'))))
  }
  const child = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', EXPORT, directory],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const said = child.stderr.toArray()
  const closed = once(child, 'close')
  await once(child.stdout, 'data')
  child.stdout.destroy()
  expect(await closed).toEqual([0, null])
  expect(Buffer.concat((await said) as Buffer[]).toString()).toBe('')
})

const missing = join(tmpdir(), 'wardround-no-such-state')
const queues = [join(missing, 'journal')]

test.each([
  { command: 'verify', run: () => verifyJournals(missing, queues, 'en') },
  { command: 'repair', run: () => repairJournals(missing, queues, 'test', 'en') },
  { command: 'export', run: () => exportJournals(missing, queues) },
])('$command does not call a state directory sound that is not there', async ({ run }) => {
  await expect(run()).rejects.toMatchObject({ code: 'ENOENT', path: missing })
})
