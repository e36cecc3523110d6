import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { asRecord } from '../as-record.ts'
import type { Clocks } from '../clocks.ts'
import { makeDirectory } from '../state-file-work.ts'
import { StateFiles } from '../state-files.ts'
import { appendLine } from './append-line.ts'
import { digestOf, formatRecord, type BackupStatement, type SoundRecord } from './backup-record.ts'
import { nameOfUser } from './name-of-user.ts'
import { checkChain, type ChainHead, type CheckedChain } from './record-chain.ts'
import { withRecordLock } from './record-lock.ts'

const DIRECTORY = 'backup-records'

/** The lines would not follow on a sound chain. */
export class BackupRecordsError extends Error {
  override readonly name = 'BackupRecordsError'
}

/**
 * What persons said of backups: lines of JSON in the state directory that are only ever added, each signed by a key of this agent's (Ed25519, made at
 * first use, readable by the agent alone) and holding the digest of the line before, so that a line that was changed or taken out shows. Whoever has
 * the key can write it all anew: the events that the agent has sent then tell.
 */
export class BackupRecords {
  readonly #files: StateFiles
  #checked: { readonly stamp: string; readonly chain: CheckedChain } | undefined

  /** @param state the agent's state directory */
  constructor(state: string) {
    this.#files = new StateFiles(state)
  }

  /** What was said so far, looked at again only when the file has changed. @throws the operating system's error, other than that there is none */
  async read(): Promise<CheckedChain> {
    const stamp = await this.#stamp()
    if (stamp !== undefined && this.#checked?.stamp === stamp) return this.#checked.chain
    const chain = await this.#check()
    if (stamp !== undefined) this.#checked = { stamp, chain }
    return chain
  }

  /**
   * Adds a line. Root becomes the state directory's owner before (becomeOwnerOf).
   * @param enteredBy the account of whoever said it, where that is not this process's
   * @throws BackupRecordsError where the chain is broken, the operating system's error
   */
  async add(
    said: BackupStatement,
    clocks: Pick<Clocks, 'nowMs'>,
    enteredBy = nameOfUser(),
  ): Promise<SoundRecord> {
    await makeDirectory(this.#files.pathOf(DIRECTORY))
    return withRecordLock(this.#files.pathOf(DIRECTORY), clocks, async () => {
      const key = await this.#key()
      const { records, problem } = await this.#check()
      if (problem !== undefined) throw new BackupRecordsError(problem.en)
      const record = {
        number: records.length + 1,
        previous: records.at(-1)?.digest ?? '',
        enteredMs: clocks.nowMs(),
        enteredBy,
        said,
      }
      const line = formatRecord(record, key)
      await appendLine(this.#file('records.jsonl'), line)
      const digest = digestOf(line)
      await this.#replace('head.json', JSON.stringify({ count: record.number, digest }))
      return { record, digest }
    })
  }

  #file(name: string): string {
    return this.#files.pathOf(DIRECTORY, name)
  }

  /** Changes with the file; undefined where there is none. */
  async #stamp(): Promise<string | undefined> {
    const facts = await stat(this.#file('records.jsonl')).catch(() => undefined) // reading it tells why
    return facts === undefined ? undefined : `${facts.ino} ${facts.size} ${facts.ctimeMs}`
  }

  /** The head first: a line that is added meanwhile is then one beyond it, and not one that is missing. */
  async #check(): Promise<CheckedChain> {
    const head = await this.#head()
    const text = (await this.#read('records.jsonl')) ?? ''
    return checkChain(text, await this.#publicKey(), head)
  }

  #read(name: string): Promise<string | undefined> {
    return this.#files.read(this.#file(name))
  }

  #replace(name: string, text: string): Promise<void> {
    return this.#files.replace(this.#file(name), `${text}\n`)
  }

  async #key(): Promise<KeyObject> {
    const pem = await this.#read('key.pem')
    if (pem !== undefined) return createPrivateKey(pem)
    const { privateKey } = generateKeyPairSync('ed25519')
    await this.#replace('key.pem', String(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    return privateKey
  }

  /** Without a key there are no records, and any will do. */
  async #publicKey(): Promise<KeyObject> {
    const pem = await this.#read('key.pem')
    return pem === undefined
      ? generateKeyPairSync('ed25519').publicKey
      : createPublicKey(createPrivateKey(pem))
  }

  async #head(): Promise<ChainHead | undefined> {
    const text = await this.#read('head.json')
    if (text === undefined) return undefined
    const { count, digest } = asRecord(parseJson(text))
    return { count: Number(count), digest: String(digest) }
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
