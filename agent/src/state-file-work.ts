import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCodeOf } from '@wardround/program/error-code'

/** What is done with one file of the state directory. Plain data: root has it done by a child that is the owner. */
export type StateFileWork =
  | { readonly kind: 'read'; readonly file: string }
  | { readonly kind: 'remove'; readonly file: string }
  | { readonly kind: 'replace'; readonly file: string; readonly text: string }

/** Larger is no file of ours: ten thousand records of backups are 5 MB. */
const LONGEST_FILE = 64 * 1024 * 1024

/** Does it with the rights of this process. @returns what was read. @throws the system's error */
export async function doStateFileWork(work: StateFileWork): Promise<string | undefined> {
  if (work.kind === 'read') return read(work.file)
  if (work.kind === 'replace') await replace(work.file, work.text)
  else await rm(work.file, { force: true })
  return undefined
}

async function read(path: string): Promise<string> {
  await using file = await open(path)
  if ((await file.stat()).size > LONGEST_FILE)
    throw new Error(`${path} has more than ${LONGEST_FILE} bytes`)
  return await file.readFile('utf8')
}

/** As a whole or not at all. */
async function replace(file: string, text: string): Promise<void> {
  await makeDirectory(dirname(file))
  const written = `${file}.new`
  await writeFile(written, text, { mode: 0o600, flush: true })
  await rename(written, file)
}

/** One within the state directory. That one is not made here: root, running a command before the agent's first start, would keep the agent out of it. */
export async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    if (errorCodeOf(error) !== 'EEXIST') throw error
  }
}
