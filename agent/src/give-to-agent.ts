import { chown, mkdir, rename, stat, writeFile } from 'node:fs/promises'

/** Whom the state directory belongs to: what root writes there with a command must stay the agent's to read and replace. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** The state directory is not made here: a command that root runs before the agent's first start would keep the agent out of it. */
export async function ownerOf(state: string): Promise<Owner> {
  const { uid, gid } = await stat(state)
  return { uid, gid }
}

export async function makeDirectoryFor(owner: Owner, directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
    await giveTo(owner, directory)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

/** As a whole or not at all. */
export async function writeFileFor(owner: Owner, file: string, text: string): Promise<void> {
  const written = `${file}.new`
  await writeFile(written, text, { mode: 0o600 })
  await giveTo(owner, written)
  await rename(written, file)
}

async function giveTo({ uid, gid }: Owner, path: string): Promise<void> {
  if (process.getuid?.() === 0 && uid !== 0) await chown(path, uid, gid)
}
