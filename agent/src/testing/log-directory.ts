import {
  appendFile,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * A directory in which a test writes a log and rotates it. Files get the times of a clock that goes on a second with each change, so that their
 * order is certain.
 */
export class LogDirectory implements AsyncDisposable {
  readonly root: string
  #seconds = 1_700_000_000

  private constructor(root: string) {
    this.root = root
  }

  static async open(): Promise<LogDirectory> {
    return new LogDirectory(await mkdtemp(join(tmpdir(), 'logs-')))
  }

  path(name: string): string {
    return join(this.root, name)
  }

  async append(name: string, text: string | Buffer): Promise<void> {
    await appendFile(this.path(name), text)
    await this.#touch(name)
  }

  async create(name: string, text: string | Buffer = ''): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await writeFile(this.path(name), text)
    await this.#touch(name)
  }

  async truncate(name: string): Promise<void> {
    await truncate(this.path(name))
    await this.#touch(name)
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name))
  }

  /** `name` becomes `name.1`, `name.1` becomes `name.2`. */
  async rotate(name: string): Promise<void> {
    await this.#shift(name)
    await rename(this.path(name), this.path(`${name}.1`))
  }

  /** As logrotate's copytruncate: the copy is `name.1`, the file goes on empty. */
  async copyAndTruncate(name: string): Promise<void> {
    await this.#shift(name)
    await copyFile(this.path(name), this.path(`${name}.1`))
    await this.#touch(`${name}.1`)
    await this.truncate(name)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true })
  }

  /** As gzip: the file is gone, `name.gz` has its text and its time. */
  async gzip(name: string): Promise<void> {
    const { atime, mtime } = await stat(this.path(name))
    await writeFile(this.path(`${name}.gz`), gzipSync(await readFile(this.path(name))))
    await utimes(this.path(`${name}.gz`), atime, mtime)
    await rm(this.path(name))
  }

  /** Gzips what rotation has made of a log so far. */
  async gzipRotated(name: string): Promise<void> {
    for (const file of await readdir(this.root))
      if (file.startsWith(`${name}.`) && !file.endsWith('.gz')) await this.gzip(file)
  }

  async #shift(name: string): Promise<void> {
    const old = (await readdir(this.root))
      .filter((file) => file.startsWith(`${name}.`))
      .map((file) => /^(\d+)(.*)$/.exec(file.slice(name.length + 1)) ?? [])
      .map(([, number = '', end = '']) => ({ number: Number(number), end }))
    for (const { number, end } of old.sort((a, b) => b.number - a.number))
      await rename(this.path(`${name}.${number}${end}`), this.path(`${name}.${number + 1}${end}`))
  }

  async #touch(name: string): Promise<void> {
    this.#seconds++
    await utimes(this.path(name), this.#seconds, this.#seconds)
  }
}
