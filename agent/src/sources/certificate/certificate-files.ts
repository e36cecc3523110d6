import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { readSecret, SecretError, type SecretReference } from '@wardround/program/running'
import type { SourceContext } from '../../source.ts'
import { CheckError } from './check-failure.ts'
import { findFiles } from './find-files.ts'
import type { FoundChain } from './judge-chain.ts'
import { parseCertificateFile } from './parse-certificate-file.ts'
import { readPkcs12 } from './read-pkcs12.ts'
import { toCheckError } from './to-check-error.ts'

/** An entry of `files:`. */
export interface CertificateFileEntry {
  readonly path: string
  readonly password: SecretReference | undefined
  readonly alias: string | undefined
  readonly name: string | undefined
}

/** What one file holds, or why that can't be told. */
export interface FileLook {
  readonly path: string
  readonly name: string | undefined
  readonly found: readonly FoundChain[] | CheckError
}

const MOST_BYTES = 4 * 1024 * 1024

interface Parsed {
  readonly stamp: string
  readonly chains: readonly FoundChain[]
}

/** Reads certificate files; one that has not changed is not parsed again, for a keystore's password costs processor time. */
export class CertificateFiles {
  readonly #environment: SourceContext['environment']
  #parsed = new Map<string, Parsed>()

  constructor({ environment }: Pick<SourceContext, 'environment'>) {
    this.#environment = environment
  }

  /** One by one, none of them costing the others. */
  async look(
    entries: readonly CertificateFileEntry[],
    signal: AbortSignal,
  ): Promise<readonly FileLook[]> {
    const looks: FileLook[] = []
    const parsed = new Map<string, Parsed>()
    for (const entry of entries) {
      for (const path of await this.#paths(entry, looks)) {
        signal.throwIfAborted()
        if (looks.some((look) => look.path === path)) continue
        const { name } = entry
        const found = await this.#read(path, entry, { parsed, signal }).catch(toCheckError)
        // a wildcard takes keys and directories as well: they are not asked for
        const isOther = found instanceof CheckError && found.failure === 'unsupported'
        if (isOther && path !== entry.path) continue
        looks.push({ path, name, found })
      }
    }
    this.#parsed = parsed
    return looks
  }

  async #paths(entry: CertificateFileEntry, looks: FileLook[]): Promise<readonly string[]> {
    try {
      const paths = await findFiles(entry.path)
      if (paths.length > 0) return paths
      throw new CheckError('not_found', {
        zh: `没有与 ${entry.path} 相符的文件`,
        en: `no file matches ${entry.path}`,
      })
    } catch (error) {
      looks.push({ path: entry.path, name: entry.name, found: toCheckError(error) })
      return []
    }
  }

  async #read(
    path: string,
    entry: CertificateFileEntry,
    { parsed, signal }: { readonly parsed: Map<string, Parsed>; readonly signal: AbortSignal },
  ): Promise<readonly FoundChain[]> {
    const { bytes, stamp } = await readWhole(path)
    const password = await this.#password(entry.password)
    const key = `${stamp} ${entry.alias ?? ''} ${hashOf(password ?? '')}`
    const known = this.#parsed.get(path)
    const chains =
      known?.stamp === key
        ? known.chains
        : await parseCertificateFile(bytes, {
            password,
            alias: entry.alias,
            readPkcs12: (file, secret) => readPkcs12(file, secret, { signal }),
          })
    parsed.set(path, { stamp: key, chains })
    return chains
  }

  async #password(reference: SecretReference | undefined): Promise<string | undefined> {
    if (reference === undefined) return undefined
    try {
      return (await readSecret(reference, this.#environment)).reveal()
    } catch (error) {
      if (error instanceof SecretError)
        throw new CheckError('wrong_password', error.text, { cause: error })
      throw error
    }
  }
}

/** A password is not kept. */
function hashOf(password: string): string {
  return createHash('sha256').update(password).digest('hex')
}

/** @throws CheckError too_large, unsupported; Error of the file system */
async function readWhole(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly stamp: string }> {
  // a pipe would be waited for, for ever
  await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const { size, mtimeMs, ino } = await file.stat().then((stats) => {
    if (stats.isFile()) return stats
    throw new CheckError('unsupported', {
      zh: `${path} 不是普通文件`,
      en: `${path} is no plain file`,
    })
  })
  if (size > MOST_BYTES)
    throw new CheckError('too_large', {
      zh: `${path} 有 ${size} 字节，超过 ${MOST_BYTES}`,
      en: `${path} has ${size} bytes, more than ${MOST_BYTES}`,
    })
  return { bytes: await file.readFile(), stamp: `${ino} ${size} ${mtimeMs}` }
}
