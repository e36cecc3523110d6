import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const JOURNALCTL = '/usr/bin/journalctl'
const MAKERS = ['/lib/systemd/systemd-journal-remote', '/usr/lib/systemd/systemd-journal-remote']

/** Why no journal can be made on this machine. */
export const NO_JOURNAL: string | undefined =
  existsSync(JOURNALCTL) && MAKERS.some((path) => existsSync(path))
    ? undefined
    : 'not on this machine: systemd-journal-remote'

/** An entry as a test writes it. */
export interface WrittenEntry {
  readonly message: string
  readonly identifier?: string
  readonly priority?: number
}

/** Stands in for journalctl: prints lines of a file, from the one whose number the cursor has. */
const STAND_IN = `
const { appendFileSync, readFileSync } = require('node:fs')
const args = process.argv.slice(2)
appendFileSync(process.env.CALLS, JSON.stringify(args) + '\\n')
const valueOf = (name) => args.find((one) => one.startsWith('--' + name + '='))?.split('=')[1]
const said = readFileSync(process.env.SAID, 'utf8')
if (said !== '') {
  const { exitCode, stderr, old } = JSON.parse(said)
  if (!old || args.some((one) => one.startsWith('--output-fields'))) {
    process.stderr.write(stderr)
    if (exitCode !== 0) process.exit(exitCode)
  }
}
const cursor = valueOf('cursor')
if (cursor !== undefined && !/^c[0-9]+$/.test(cursor)) {
  process.stderr.write('Failed to seek to cursor: Invalid argument\\n')
  process.exit(1)
}
const all = readFileSync(process.env.ENTRIES, 'utf8').split('\\n').filter((line) => line !== '')
const from = all.filter((line) => cursor === undefined || Number(/"c([0-9]+)"/.exec(line)[1]) >= Number(cursor.slice(1)))
const last = valueOf('lines')
for (const line of last === undefined ? from : from.slice(-last)) console.log(line)
`

/** A journal that a test writes, and a program that reads it as journalctl does. */
export class JournalDirectory implements AsyncDisposable {
  readonly root: string
  #count = 0
  #lines: string[] = []

  private constructor(root: string) {
    this.root = root
  }

  /** With a stand-in for journalctl; its cursors are c1, c2 and so on. */
  static async open(): Promise<JournalDirectory> {
    const journal = new JournalDirectory(await mkdtemp(join(tmpdir(), 'journal-')))
    const { root } = journal
    const { execPath } = process
    await writeFile(
      join(root, 'stand-in.cjs'),
      STAND_IN.replace('process.argv.slice(1)', 'process.argv.slice(2)'),
    )
    await writeFile(
      journal.program,
      `#!/bin/sh\nexport CALLS='${root}/calls' SAID='${root}/said' ENTRIES='${root}/entries'\nexec '${execPath}' '${root}/stand-in.cjs' "$@"\n`,
    )
    await chmod(journal.program, 0o755)
    await writeFile(join(root, 'calls'), '')
    await writeFile(join(root, 'said'), '')
    await journal.#save()
    return journal
  }

  get program(): string {
    return join(this.root, 'journalctl')
  }

  async write(...messages: readonly unknown[]): Promise<void> {
    for (const message of messages) {
      this.#count++
      this.#lines.push(
        JSON.stringify({
          MESSAGE: message,
          SYSLOG_IDENTIFIER: 'kernel',
          __CURSOR: `c${this.#count}`,
        }),
      )
    }
    await this.#save()
  }

  /** A line that is no entry. */
  async writeRaw(line: string): Promise<void> {
    this.#lines.push(line)
    await this.#save()
  }

  /** Removes the oldest entries, as journald does when there are too many. */
  async vacuum(count: number): Promise<void> {
    this.#lines = this.#lines.slice(count)
    await this.#save()
  }

  /** What the program says on standard error from now on. `old`: only where --output-fields is asked for. */
  async say(
    said:
      | { readonly exitCode: number; readonly stderr: string; readonly old?: boolean }
      | undefined,
  ): Promise<void> {
    await writeFile(join(this.root, 'said'), said === undefined ? '' : JSON.stringify(said))
  }

  /** Arguments of each run so far. */
  async calls(): Promise<readonly (readonly string[])[]> {
    const text = await readFile(join(this.root, 'calls'), 'utf8')
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): string[] => JSON.parse(line))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }

  async #save(): Promise<void> {
    await writeFile(join(this.root, 'entries'), this.#lines.map((line) => `${line}\n`).join(''))
  }
}

/** A journal in systemd's own format, made by its own program, and the real journalctl on it. */
export class RealJournal implements AsyncDisposable {
  readonly root: string
  #seconds = 1_790_000_000
  #count = 0

  private constructor(root: string) {
    this.root = root
  }

  static async open(): Promise<RealJournal> {
    const journal = new RealJournal(await mkdtemp(join(tmpdir(), 'journal-')))
    await writeFile(
      journal.program,
      `#!/bin/sh\nexec ${JOURNALCTL} --file='${journal.root}/*.journal' "$@"\n`,
    )
    await chmod(journal.program, 0o755)
    return journal
  }

  get program(): string {
    return join(this.root, 'journalctl')
  }

  /** Each call makes a file of its own, as rotation does; its number names it. */
  async write(...entries: readonly WrittenEntry[]): Promise<number> {
    const number = ++this.#count
    const maker = MAKERS.find((path) => existsSync(path)) ?? ''
    const child = spawn(maker, [`--output=${this.root}/${number}.journal`, '-'], {
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.stdin.end(entries.map((entry) => this.#toExport(entry)).join(''))
    const [code] = await once(child, 'exit')
    if (code !== 0) throw new Error(`${maker} ended with ${String(code)}`)
    return number
  }

  async remove(number: number): Promise<void> {
    await rm(join(this.root, `${number}.journal`))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }

  #toExport({ message, identifier = 'kernel', priority = 3 }: WrittenEntry): string {
    this.#seconds++
    const micros = `${this.#seconds}000000`
    return `__REALTIME_TIMESTAMP=${micros}\n__MONOTONIC_TIMESTAMP=${micros.slice(3)}\n_BOOT_ID=0123456789abcdef0123456789abcdef\nSYSLOG_IDENTIFIER=${identifier}\nPRIORITY=${priority}\nMESSAGE=${message}\n\n`
  }
}
