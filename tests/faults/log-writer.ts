import { execFile } from 'node:child_process'
import { appendFile, copyFile, readdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** What a follower gives of a line at most. */
const LONGEST = 65_536
const MANY = 10_000_000
const GRAVE = { bytes: [0xd1, 0xcf, 0xd6, 0xd8], text: '严重' }
const INVALID = { bytes: [0xff, 0xff], text: '\ufffd\ufffd' }

/** A program that writes a log of numbered lines, of all kinds that logs have, and what rotates it. */
export class LogWriter {
  readonly path: string
  /** All that must be read, each once. */
  readonly written: string[] = []
  rotations = 0
  readonly #directory: string
  #half = ''
  #count = 0

  constructor(directory: string) {
    this.#directory = directory
    this.path = join(directory, 'app.log')
  }

  async line(): Promise<void> {
    await this.#write('', '\n')
  }

  async lineOfWindows(): Promise<void> {
    await this.#write('of Windows', '\r\n')
  }

  async lineInGbk(): Promise<void> {
    await this.#writeBytes(GRAVE)
  }

  async lineOfRubbish(): Promise<void> {
    await this.#writeBytes(INVALID)
  }

  async longLine(): Promise<void> {
    await this.#write('x'.repeat(MANY), '\n')
  }

  /** A clock that was set back: only what the line says changes. */
  async lineOfThePast(): Promise<void> {
    await this.#write('1999-12-31T23:59:59Z', '\n')
  }

  /** The beginning of a line; the next one that is written ends it. */
  async halfLine(): Promise<void> {
    const part = `half ${this.#count++} `
    await appendFile(this.path, part)
    this.#half += part
  }

  async rename(): Promise<void> {
    await this.#shift()
    await rename(this.path, `${this.path}.1`)
    await writeFile(this.path, '')
    this.#begin()
  }

  async copyAndTruncate(): Promise<void> {
    await this.#shift()
    await copyFile(this.path, `${this.path}.1`)
    await truncate(this.path)
    this.#begin()
  }

  /** By the program itself: it keeps a file's time to the nanosecond. */
  async gzip(): Promise<void> {
    const names = (await this.#rotated()).filter((name) => !name.endsWith('.gz'))
    if (names.length > 0) await runFile('gzip', names, { cwd: this.#directory })
  }

  /** Their inodes are used again. */
  async removeRotated(): Promise<void> {
    for (const name of await this.#rotated()) await rm(join(this.#directory, name))
  }

  async #write(text: string, end: string): Promise<void> {
    const line = `${this.#half}${this.#count++} ${text}`
    await appendFile(this.path, line.slice(this.#half.length) + end)
    this.#take(line)
  }

  async #writeBytes({
    bytes,
    text,
  }: {
    readonly bytes: readonly number[]
    readonly text: string
  }): Promise<void> {
    const line = `${this.#half}${this.#count++} `
    const begin = Buffer.from(line.slice(this.#half.length))
    await appendFile(this.path, Buffer.concat([begin, Buffer.from([...bytes, 0x0a])]))
    this.#take(line + text)
  }

  #take(line: string): void {
    this.written.push(line.slice(0, LONGEST))
    this.#half = ''
  }

  #begin(): void {
    this.rotations++
    if (this.#half !== '') this.#take(this.#half)
  }

  async #rotated(): Promise<string[]> {
    return (await readdir(this.#directory)).filter((name) => name.startsWith('app.log.'))
  }

  async #shift(): Promise<void> {
    const found = (await this.#rotated()).map(
      (name) => /^(\d+)(.*)$/.exec(name.slice('app.log.'.length)) ?? [],
    )
    const old = found.map(([, number = '', end = '']) => ({ number: Number(number), end }))
    for (const { number, end } of old.sort((a, b) => b.number - a.number))
      await rename(`${this.path}.${number}${end}`, `${this.path}.${number + 1}${end}`)
  }
}
