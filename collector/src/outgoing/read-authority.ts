import type { LocalizedText } from '@wardround/program'
import { readFile } from 'node:fs/promises'

/** A file of certificates that can't be used. */
export class AuthorityError extends Error {
  override readonly name = 'AuthorityError'
  readonly text: LocalizedText

  constructor(text: LocalizedText, options?: ErrorOptions) {
    super(text.en, options)
    this.text = text
  }
}

/**
 * PEM of the authorities that are trusted instead of the system's; undefined where no file is named.
 * @throws AuthorityError
 */
export async function readAuthority(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined
  const pem = await read(file)
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem
  throw new AuthorityError({
    zh: `${file} 里没有 PEM 证书`,
    en: `there is no PEM certificate in ${file}`,
  })
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new AuthorityError(
      { zh: `无法读取 ${file}（${code}）`, en: `${file} can't be read (${code})` },
      { cause: error },
    )
  }
}
