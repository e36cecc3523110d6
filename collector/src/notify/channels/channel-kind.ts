import { Duration, type Language, SecretReference } from '@wardround/program'
import { Type, type Static, type TObject, type TProperties, type TUnsafe } from 'typebox'
import type { Channel } from '../channel.ts'
import type { SettingsReader } from './settings-reader.ts'

const closed = { additionalProperties: false } as const

/** A kind of channel: its settings, and how one of it is made of them. */
export interface ChannelKind {
  /** `type` in the configuration. */
  readonly type: string
  readonly settings: TObject
  /** @throws ChannelSettingsError */
  open(settings: CommonSettings, reader: SettingsReader): Promise<Channel>
}

/** What every kind has beside its own settings. */
export interface CommonSettings {
  readonly type: string
  readonly name: string
  readonly timeout: string
  readonly giveUpAfter: string
  readonly language?: Language
}

/** Settings that every channel takes. */
const COMMON = {
  name: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
    expected: {
      zh: '1 到 64 个字母、数字、点、横线或下划线，以字母或数字开头',
      en: '1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit',
    },
    description: 'Names it in routes, logs and the outbox',
    descriptionZh: '通道名称，用于路由、日志和待发队列',
  }),
  timeout: Duration({
    default: '10s',
    description: 'From the first byte of an attempt to the last of its answer',
  }),
  giveUpAfter: Duration({
    default: '3d',
    description: 'A message that could not be delivered for so long is given up',
  }),
  language: Type.Optional(
    Type.Union([Type.Literal('zh-CN'), Type.Literal('en')], {
      description: "Language of the messages; the collector's where absent",
    }),
  ),
}

/** An address, by reference when a part of it is secret. */
export function Address(description: string, descriptionZh: string) {
  return Type.Union([Type.String({ minLength: 1 }), SecretReference], {
    description,
    descriptionZh,
  })
}

export const CA = {
  ca: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'PEM file of the authorities that are trusted instead of the usual ones',
      descriptionZh: '信任的 CA 证书（PEM 文件），代替系统自带的',
    }),
  ),
}

/** Settings of how a service is reached over HTTP. */
export const REACH = {
  proxy: Type.Optional(
    Address(
      'HTTP proxy that takes CONNECT, such as http://proxy.example:3128; by reference when it has a password',
      'HTTP 代理（须支持 CONNECT），如 http://proxy.example:3128；含密码时写成引用',
    ),
  ),
  ...CA,
}

/** Settings of a service that takes JSON over HTTP, with a token where it wants one; read by SettingsReader.jsonService. */
export function jsonServiceSettings(description: string, descriptionZh: string) {
  return {
    url: Address(description, descriptionZh),
    bearerToken: Type.Optional(SecretReference),
    ...REACH,
  }
}

/** Declares a kind of channel. Its settings are its own and those that all have. */
export function defineChannel<Own extends TProperties>(kind: {
  readonly type: string
  readonly description: string
  readonly settings: Own
  readonly open: (
    settings: Static<TObject<Own>> & CommonSettings,
    reader: SettingsReader,
  ) => Promise<Channel>
}): ChannelKind {
  const { type, description, settings, open } = kind
  const properties: TProperties = { type: Type.Literal(type), ...COMMON, ...settings }
  return {
    type,
    settings: Type.Object(properties, { ...closed, description }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the configuration was checked against these settings
    open: (checked, reader) => open(checked as Static<TObject<Own>> & CommonSettings, reader),
  }
}

/** The schema of one entry of `notify.channels`. */
export function settingsOfKinds(
  kinds: readonly ChannelKind[],
): TUnsafe<CommonSettings> & { readonly anyOf: readonly TObject[] } {
  const anyOf = kinds.map(({ settings }) => settings)
  return { ...Type.Unsafe<CommonSettings>({ anyOf }), anyOf }
}
