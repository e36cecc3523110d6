import {
  ConfigError,
  type Located,
  type LocalizedText,
  parseDurationMs,
  readSecret,
  SecretError,
  type SecretReference,
} from '@wardround/program'
import type { CollectorConfig } from '../../config.ts'
import { AddressRefusedError, checkWrittenUrl } from '../../outgoing/address-policy.ts'
import { AuthorityError, readAuthority } from '../../outgoing/read-authority.ts'
import { influxDbTarget, type SignIn } from '../influxdb/influxdb-target.ts'
import { victoriaMetricsTarget } from '../victoriametrics/victoriametrics-target.ts'
import type { StoreSettings } from './store-settings.ts'
import type { WriteTarget } from './write-target.ts'

/** A store outside as the configuration has it, read and checked. */
export interface RemoteStoreSettings {
  readonly name: string
  readonly kind: StoreSettings['kind']
  readonly target: WriteTarget
  readonly budget: { readonly ageMs: number; readonly diskFraction: number }
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads `stores:` with its secrets and certificates.
 * @throws ConfigError
 */
export async function readStores(
  config: Located<CollectorConfig>,
  environment: Environment,
): Promise<RemoteStoreSettings[]> {
  const names = new Set<string>()
  const read: RemoteStoreSettings[] = []
  for (const [index, settings] of config.value.stores.entries()) {
    const { name } = settings
    const fail = (key: string, what: LocalizedText, cause?: unknown): never => {
      throw new ConfigError([config.problem(['stores', index, key], what)], { cause })
    }
    if (names.has(name)) {
      fail('name', { zh: `存储“${name}”重复`, en: `store "${name}" is there twice` })
    }
    names.add(name)
    read.push(await readStore(settings, environment, fail))
  }
  return read
}

type Fail = (key: string, what: LocalizedText, cause?: unknown) => never

async function readStore(
  settings: StoreSettings,
  environment: Environment,
  fail: Fail,
): Promise<RemoteStoreSettings> {
  const { name, kind, budget } = settings
  const signIn = {
    password: await readOptional('password', settings.password, environment, fail),
    token: await readOptional('token', settings.token, environment, fail),
  }
  return {
    name,
    kind,
    target: {
      url: toUrl(settings.url, fail),
      ...toRequest(settings, signIn, fail),
      deadlineMs: parseDurationMs(settings.deadline),
      gzip: settings.gzip,
      tls: await readTls(settings.ca, fail),
    },
    budget: { ageMs: parseDurationMs(budget.age), diskFraction: budget.diskFraction },
  }
}

function toRequest(
  settings: StoreSettings,
  signIn: SignIn,
  fail: Fail,
): Pick<WriteTarget, 'path' | 'backslash' | 'settlesMs' | 'headers'> {
  const parts =
    settings.kind === 'influxdb'
      ? influxDbTarget(settings, signIn)
      : victoriaMetricsTarget(settings, signIn)
  if ('problem' in parts) return fail(parts.key, parts.problem)
  const { authorization, ...written } = parts
  return { ...written, headers: authorization === undefined ? {} : { authorization } }
}

/** Without a slash at its end: the path follows. */
function toUrl(text: string, fail: Fail): string {
  try {
    const { origin, pathname } = checkWrittenUrl(text)
    return `${origin}${pathname.replace(/\/+$/, '')}`
  } catch (error) {
    if (!(error instanceof AddressRefusedError)) throw error
    const what = { zh: `地址${error.text.zh}`, en: `the address ${error.text.en}` }
    return fail('url', what, error)
  }
}

async function readOptional(
  key: 'password' | 'token',
  reference: SecretReference | undefined,
  environment: Environment,
  fail: Fail,
): Promise<string | undefined> {
  if (reference === undefined) return undefined
  try {
    return (await readSecret(reference, environment)).reveal()
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    return fail(key, error.text, error)
  }
}

async function readTls(file: string | undefined, fail: Fail): Promise<WriteTarget['tls']> {
  try {
    const ca = await readAuthority(file)
    return ca === undefined ? {} : { ca }
  } catch (error) {
    if (!(error instanceof AuthorityError)) throw error
    return fail('ca', error.text, error)
  }
}
