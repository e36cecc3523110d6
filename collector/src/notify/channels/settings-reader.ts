import {
  type Language,
  type LocalizedText,
  parseDurationMs,
  readSecret,
  Secret,
  SecretError,
  type SecretReference,
} from '@wardround/program'
import { AddressRefusedError, checkWrittenUrl } from '../../outgoing/address-policy.ts'
import { AuthorityError, readAuthority } from '../../outgoing/read-authority.ts'
import type { CommonSettings } from './channel-kind.ts'
import { hashAddress } from './hash-address.ts'
import { findSecretPart } from './inline-secret.ts'
import type { Reach } from './http-exchange.ts'

/** Settings that can't be used; `path` is the place within `notify:`. No text of it holds a secret. */
export class ChannelSettingsError extends Error {
  override readonly name = 'ChannelSettingsError'
  readonly path: readonly (string | number)[]
  readonly what: LocalizedText
  /** Found beside it, each for itself. */
  readonly others: readonly ChannelSettingsError[] = []

  constructor(path: readonly (string | number)[], what: LocalizedText, options?: ErrorOptions) {
    super(what.en, options)
    this.path = path
    this.what = what
  }

  /** The same, with others that were found beside it. */
  with(others: readonly ChannelSettingsError[]): ChannelSettingsError {
    return Object.assign(new ChannelSettingsError(this.path, this.what, { cause: this }), {
      others,
    })
  }
}

/** The place of a setting within its channel's. */
type Key = readonly string[]

/** Text in the clear, or where it stands. */
export type MaybeSecret = string | SecretReference

/** Settings of how a service is reached over HTTP. */
interface ReachSettings extends CommonSettings {
  readonly proxy?: MaybeSecret
  readonly ca?: string
}

interface JsonServiceSettings extends ReachSettings {
  readonly url: MaybeSecret
  readonly bearerToken?: SecretReference
}

export interface ReaderOptions {
  /** Place of the channel's settings within `notify:`. */
  readonly path: readonly (string | number)[]
  readonly name: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Of the collector. */
  readonly language: Language
}

/** Reads what one channel's settings refer to. Every method throws ChannelSettingsError with the place. */
export class SettingsReader {
  readonly #options: ReaderOptions
  /** Every secret that was read, and what was given in the clear where a secret may stand. */
  readonly secrets: Secret[] = []
  #addressHash: string | undefined

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  problem(key: Key, what: LocalizedText, cause?: unknown): ChannelSettingsError {
    return new ChannelSettingsError([...this.#options.path, ...key], what, { cause })
  }

  async secret(key: Key, reference: SecretReference): Promise<Secret> {
    try {
      const secret = await readSecret(reference, this.#options.environment)
      this.secrets.push(secret)
      return secret
    } catch (error) {
      if (error instanceof SecretError) throw this.problem(key, error.text, error)
      throw error
    }
  }

  async optionalSecret(
    key: Key,
    reference: SecretReference | undefined,
  ): Promise<Secret | undefined> {
    return reference === undefined ? undefined : this.secret(key, reference)
  }

  /** Text in the clear is no secret to be masked. */
  text(key: Key, written: MaybeSecret): Promise<Secret> {
    return typeof written === 'string'
      ? Promise.resolve(new Secret(written))
      : this.secret(key, written)
  }

  /** An http(s) address that may be connected to, and in which no secret stands in the clear. */
  async url(key: Key, written: MaybeSecret, mayHaveUser = false): Promise<Secret> {
    const url = await this.text(key, written)
    try {
      checkWrittenUrl(url.reveal(), mayHaveUser)
    } catch (error) {
      if (!(error instanceof AddressRefusedError)) throw error
      const { name } = this.#options
      throw this.problem(
        key,
        {
          zh: `通道“${name}”的地址${error.text.zh}`,
          en: `the address of channel "${name}" ${error.text.en}`,
        },
        error,
      )
    }
    if (typeof written === 'string') this.#refuseSecretIn(key, written)
    return url
  }

  /** The problem of a secret that stands in the clear in `what`. */
  inTheClear(key: Key, what: LocalizedText, content: LocalizedText): ChannelSettingsError {
    const { name } = this.#options
    const setting = key.join('.')
    const file = `/etc/wardround/secrets/${name}-${key.at(-1) ?? ''}`
    return this.problem(key, {
      zh: `通道“${name}”的${what.zh}是明文密钥；请把${content.zh}存入权限 0600 的文件，写成 ${setting}: {file: ${file}}，或存入环境变量，写成 ${setting}: {env: 变量名}`,
      en: `${what.en} of channel "${name}" is a secret in the clear; put ${content.en} into a file of mode 0600 and write ${setting}: {file: ${file}}, or into an environment variable and write ${setting}: {env: VARIABLE}`,
    })
  }

  #refuseSecretIn(key: Key, address: string): void {
    const part = findSecretPart(address)
    if (part === undefined) return
    const what = { zh: `地址中的 ${part} `, en: `${part} in the address` }
    throw this.inTheClear(key, what, { zh: '整个地址', en: 'the whole address' })
  }

  async ca(key: Key, file: string | undefined): Promise<string | undefined> {
    try {
      return await readAuthority(file)
    } catch (error) {
      if (error instanceof AuthorityError) throw this.problem(key, error.text, error)
      throw error
    }
  }

  /** The way to a service over HTTP. */
  async reach(settings: ReachSettings, url: Secret): Promise<Reach> {
    const { proxy, ca, timeout } = settings
    this.#addressHash = hashAddress(url)
    return {
      url,
      proxy: proxy === undefined ? undefined : await this.url(['proxy'], proxy, true),
      ca: await this.ca(['ca'], ca),
      timeoutMs: parseDurationMs(timeout),
    }
  }

  /** The way to a service that takes JSON, and the headers that it wants. */
  async jsonService(
    settings: JsonServiceSettings,
  ): Promise<{ readonly reach: Reach; readonly headers: Readonly<Record<string, string>> }> {
    const reach = await this.reach(settings, await this.url(['url'], settings.url))
    const token = await this.optionalSecret(['bearerToken'], settings.bearerToken)
    const authorization = token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }
    return { reach, headers: { 'Content-Type': 'application/json', ...authorization } }
  }

  /** What every channel has. */
  common(settings: CommonSettings) {
    return {
      name: settings.name,
      kind: settings.type,
      timeoutMs: parseDurationMs(settings.timeout),
      giveUpAfterMs: parseDurationMs(settings.giveUpAfter),
      language: settings.language ?? this.#options.language,
      secrets: this.secrets,
      addressHash: this.#addressHash,
    }
  }
}
