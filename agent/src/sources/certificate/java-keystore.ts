import { printable } from './certificate-facts.ts'
import { CheckError } from './check-failure.ts'
import { MOST_CERTIFICATES, type KeystoreEntry } from './keystore-entry.ts'

/**
 * Reads a JKS. Without a password it is read without the check that it is whole, which is all that the password is for: certificates are not encrypted in it.
 * @throws CheckError
 */
export async function parseJavaKeystore(
  bytes: Buffer,
  password: string | undefined,
): Promise<readonly KeystoreEntry[]> {
  const { parseJks } = await import('jks-js').then((module) => module.default ?? module)
  try {
    return parseJks(bytes, password ?? '').map((entry) => {
      const hasKey = 'chain' in entry
      const chain = hasKey ? entry.chain.slice(0, MOST_CERTIFICATES) : [entry.cert]
      return {
        alias: printable(entry.alias),
        hasKey,
        chain: chain.map(({ value }) => Uint8Array.from(value)),
      }
    })
  } catch (error) {
    throw toKeystoreError(error)
  }
}

function toKeystoreError(error: unknown): CheckError {
  const cause = { cause: error }
  if (error instanceof Error && error.message === 'Password verification failed')
    return new CheckError(
      'wrong_password',
      {
        zh: '密钥库口令错误（或文件已损坏）',
        en: 'wrong keystore password (or the file is damaged)',
      },
      cause,
    )
  return new CheckError(
    'unparsable',
    { zh: 'JKS 密钥库内容不完整', en: 'the JKS keystore is cut or damaged' },
    cause,
  )
}
