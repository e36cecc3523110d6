import { readSecret, SecretError, type SecretReference } from '@wardround/program/running'
import type { SourceContext } from '../../source.ts'
import { SnmpError } from './snmp-failure.ts'

export type AuthProtocol = 'md5' | 'sha' | 'sha224' | 'sha256' | 'sha384' | 'sha512'
export type PrivProtocol = 'des' | 'aes' | 'aes256b' | 'aes256r'

export interface SnmpUser {
  readonly name: string
  readonly auth?: { readonly protocol: AuthProtocol; readonly key: string }
  readonly priv?: { readonly protocol: PrivProtocol; readonly key: string }
}

/** What a device is asked with; it holds the secrets themselves and is kept out of logs. */
export type SnmpCredentials =
  | { readonly version: 'v1' | 'v2c'; readonly community: string }
  | { readonly version: 'v3'; readonly user: SnmpUser; readonly context: string }

/** RFC 3414, 11.2: shorter ones are refused by devices too. */
export const SHORTEST_KEY = 8

/**
 * @param options checked by the source's check()
 * @throws SnmpError no_secret
 */
export async function readCredentials({
  options,
  environment,
}: Pick<SourceContext, 'options' | 'environment'>): Promise<SnmpCredentials> {
  const { version } = options
  if (version === 'v1' || version === 'v2c')
    return { version, community: await read(options['community'], environment) }
  const key = async (option: string) => checkKey(option, await read(options[option], environment))
  const auth =
    options['authKey'] === undefined
      ? {}
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option
        { auth: { protocol: options['authProtocol'] as AuthProtocol, key: await key('authKey') } }
  const priv =
    options['privKey'] === undefined
      ? {}
      : // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option
        { priv: { protocol: options['privProtocol'] as PrivProtocol, key: await key('privKey') } }
  return {
    version: 'v3',
    user: { name: String(options['user']), ...auth, ...priv },
    context: typeof options['context'] === 'string' ? options['context'] : '',
  }
}

async function read(
  reference: unknown,
  environment: SourceContext['environment'],
): Promise<string> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the declared option of type secret
    return (await readSecret(reference as SecretReference, environment)).reveal()
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    throw new SnmpError('no_secret', error.text, { cause: error })
  }
}

function checkKey(option: string, key: string): string {
  if (key.length >= SHORTEST_KEY) return key
  throw new SnmpError('no_secret', {
    zh: `${option} 少于 ${SHORTEST_KEY} 个字符，SNMPv3 不允许`,
    en: `${option} has fewer than ${SHORTEST_KEY} characters, which SNMPv3 does not allow`,
  })
}
