import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { chown, mkdir, open, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { asRecord } from '../as-record.ts'
import type { Clocks } from '../clocks.ts'
import { digestOf, formatRecord, type BackupStatement, type SoundRecord } from './backup-record.ts'
import { checkChain, type ChainHead, type CheckedChain } from './record-chain.ts'
import { withRecordLock } from './record-lock.ts'

/** Larger is no file of ours: ten thousand records are 5 MB. */
const LONGEST_FILE = 64 * 1024 * 1024

/** The lines would not follow on a sound chain, or it is not a file of ours. */
export class BackupRecordsError extends Error {
  override readonly name = 'BackupRecordsError'
}

/**
 * What persons said of backups: lines of JSON in the state directory that are only ever added, each signed by a key of this agent's (Ed25519, made at
 * first use, readable by the agent alone) and holding the digest of the line before, so that a line that was changed or taken out shows. Whoever has
 * the key can write it all anew: the events that the agent has sent then tell.
 */
export class BackupRecords {
  readonly #directory: string
  #checked: { readonly stamp: string; readonly chain: CheckedChain } | undefined

  /** @param state the agent's state directory */
  constructor(state: string) {
    this.#directory = join(state, 'backup-records')
  }

  /** What was said so far, looked at again only when the file has changed. @throws the operating system's error, other than that there is none */
  async read(): Promise<CheckedChain> {
    const file = this.#file('records.jsonl')
    const facts = await ifThere(() => stat(file))
    if (facts === undefined) return checkChain('', await this.#publicKey(), await this.#head())
    const stamp = `${facts.ino} ${facts.size} ${facts.ctimeMs}`
    if (this.#checked?.stamp === stamp) return this.#checked.chain
    if (facts.size > LONGEST_FILE)
      throw new BackupRecordsError(`${file} has more than ${LONGEST_FILE} bytes`)
    const text = await readFile(file, 'utf8')
    const chain = checkChain(text, await this.#publicKey(), await this.#head())
    this.#checked = { stamp, chain }
    return chain
  }

  /** Adds a line. @throws BackupRecordsError where the chain is broken, the operating system's error */
  async add(said: BackupStatement, clocks: Pick<Clocks, 'nowMs'>): Promise<SoundRecord> {
    await this.#makeDirectory()
    return withRecordLock(this.#file('lock'), clocks, async () => {
      const key = await this.#key()
      const { records, problem } = await this.read()
      if (problem !== undefined) throw new BackupRecordsError(problem.en)
      const record = {
        number: records.length + 1,
        previous: records.at(-1)?.digest ?? '',
        enteredMs: clocks.nowMs(),
        enteredBy: userInfo().username,
        said,
      }
      const line = formatRecord(record, key)
      await this.#append(`${line}\n`)
      const digest = digestOf(line)
      await this.#replace('head.json', JSON.stringify({ count: record.number, digest }))
      return { record, digest }
    })
  }

  #file(name: string): string {
    return join(this.#directory, name)
  }

  async #append(text: string): Promise<void> {
    const path = this.#file('records.jsonl')
    const file = await open(path, 'a', 0o600)
    try {
      await file.write(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await this.#giveToAgent(path)
  }

  async #replace(name: string, text: string): Promise<void> {
    const written = this.#file(`${name}.new`)
    await writeFile(written, `${text}\n`, { mode: 0o600, flush: true })
    await this.#giveToAgent(written)
    await rename(written, this.#file(name))
  }

  async #key(): Promise<KeyObject> {
    const path = this.#file('key.pem')
    const pem = await ifThere(() => readFile(path, 'utf8'))
    if (pem !== undefined) return createPrivateKey(pem)
    const { privateKey } = generateKeyPairSync('ed25519')
    await this.#replace('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    return privateKey
  }

  /** Without a key there are no records, and any will do. */
  async #publicKey(): Promise<KeyObject> {
    const pem = await ifThere(() => readFile(this.#file('key.pem'), 'utf8'))
    return pem === undefined
      ? generateKeyPairSync('ed25519').publicKey
      : createPublicKey(createPrivateKey(pem))
  }

  async #head(): Promise<ChainHead | undefined> {
    const text = await ifThere(() => readFile(this.#file('head.json'), 'utf8'))
    if (text === undefined) return undefined
    const { count, digest } = asRecord(parseJson(text))
    return { count: Number(count), digest: String(digest) }
  }

  /** The state directory is not made here: root, running a command before the agent's first start, would keep the agent out of it. */
  async #makeDirectory(): Promise<void> {
    try {
      await mkdir(this.#directory, { mode: 0o700 })
      await this.#giveToAgent(this.#directory)
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
  }

  /** What root writes with a command of the agent's must stay the agent's to read. */
  async #giveToAgent(path: string): Promise<void> {
    const { uid, gid } = await stat(dirname(this.#directory))
    if (process.getuid?.() === 0 && uid !== 0) await chown(path, uid, gid)
  }
}

/** Of a head that is torn nothing is known: it fits no chain. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

async function ifThere<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
