import { execFile } from 'node:child_process'
import { mkdtemp, rm, rmdir, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A file system of its own of some MB (tmpfs), for programs that are to find it full. */
export class SmallDisk implements AsyncDisposable {
  readonly directory: string
  readonly #filler: string

  private constructor(directory: string) {
    this.directory = directory
    this.#filler = join(directory, 'filler')
  }

  /** undefined where this user may mount nothing. */
  static async mount(megabytes: number): Promise<SmallDisk | undefined> {
    const directory = await mkdtemp(join(tmpdir(), 'wr-disk-'))
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory])
      return new SmallDisk(directory)
    } catch {
      await rmdir(directory)
      return undefined
    }
  }

  async availableBytes(): Promise<number> {
    const { bsize, bavail } = await statfs(this.directory)
    return bsize * bavail
  }

  /** Fills it up so that so many bytes stay free. */
  async fill(leaveBytes: number): Promise<void> {
    const room = (await this.availableBytes()) - leaveBytes
    if (room <= 0) return
    try {
      await writeFile(this.#filler, Buffer.alloc(room), { flag: 'a' })
    } catch (error) {
      // Others write meanwhile: full is full.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
    }
  }

  /** Takes the filler away. */
  async free(): Promise<void> {
    await rm(this.#filler, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', ['--lazy', this.directory])
    await rmdir(this.directory)
  }
}
