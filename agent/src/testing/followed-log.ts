import { plainFamily, type LogFamily } from '../sources/log/log-family.ts'
import { LogFollower, type SavedFollower } from '../sources/log/log-follower.ts'
import type { LogEncoding } from '../sources/log/log-text.ts'
import { eachLine, type Continues } from '../sources/log/record-grouper.ts'
import { LogDirectory } from './log-directory.ts'

/** More bytes than any log of a test has. */
export const PLENTY = 1_000_000_000

/** A log followed line by line; what it gave, by the keys of the records. */
export class LogReader implements AsyncDisposable {
  readonly texts: string[] = []
  readonly byKey = new Map<string, string>()
  readonly #family: LogFamily
  readonly #with: { encoding: LogEncoding; continues: Continues }
  follower: LogFollower

  constructor(
    family: LogFamily,
    {
      encoding = 'utf-8',
      continues = eachLine,
      saved,
    }: { encoding?: LogEncoding; continues?: Continues; saved?: SavedFollower } = {},
  ) {
    this.#family = family
    this.#with = { encoding, continues }
    this.follower = new LogFollower({ family, ...this.#with }, saved)
  }

  /** Twice, as the last record is given when nothing follows it. */
  async read(maxBytes = PLENTY): Promise<string[]> {
    await this.readOnce(maxBytes)
    await this.readOnce(maxBytes)
    return this.texts.splice(0)
  }

  async readOnce(maxBytes = PLENTY): Promise<void> {
    const { signal } = new AbortController()
    await this.follower.read(
      (record) => {
        const text = record.lines.join('\n')
        this.texts.push(text)
        this.byKey.set(record.key(), text)
        this.follower.count('lines')
      },
      { maxBytes, signal },
    )
  }

  /** As after kill -9: goes on from what was saved. */
  async crash(saved: SavedFollower | undefined): Promise<void> {
    await this.follower.close()
    this.follower = new LogFollower({ family: this.#family, ...this.#with }, saved)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.follower.close()
  }
}

/** `app.log` in a directory of its own, read from the end of the text that stands in it. */
export async function followLog(
  text = 'old\n',
  options: ConstructorParameters<typeof LogReader>[1] = {},
) {
  const logs = await LogDirectory.open()
  await logs.create('app.log', text)
  const reader = new LogReader(plainFamily(logs.path('app.log')), options)
  await reader.read()
  return {
    logs,
    reader,
    [Symbol.asyncDispose]: async () => {
      await reader[Symbol.asyncDispose]()
      await logs[Symbol.asyncDispose]()
    },
  }
}
