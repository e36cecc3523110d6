import type { Language, Secret } from '@wardround/program'
import type { Channel } from '../channel.ts'
import { ChannelSettingsError, SettingsReader } from '../channels/settings-reader.ts'
import type { RelayFrom } from './relay-settings.ts'

/** Another collector whose notices are passed on, with its secret read. */
export interface RelaySender {
  readonly name: string
  /** Under it its requests are signed. */
  readonly secret: Secret
  /** Names of the channels that are open to it. */
  readonly channels: readonly string[]
}

interface Reading {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly language: Language
}

/** @throws ChannelSettingsError: a name is there twice, a channel is not there, a secret can't be read */
export async function readRelaySenders(
  settings: RelayFrom,
  channels: readonly Pick<Channel, 'name'>[],
  reading: Reading,
): Promise<RelaySender[]> {
  const read: RelaySender[] = []
  for (const [index, { name, secret, channels: open }] of settings.entries()) {
    const path = ['relayFrom', index]
    const reader = new SettingsReader({ ...reading, path, name })
    if (read.some((sender) => sender.name === name))
      throw reader.problem(['name'], {
        zh: `监控中心“${name}”重复`,
        en: `collector "${name}" is there twice`,
      })
    for (const [place, channel] of open.entries())
      if (!channels.some((one) => one.name === channel))
        throw noSuchChannel([...path, 'channels', place], channel, channels)
    read.push({ name, secret: await reader.secret(['secret'], secret), channels: open })
  }
  return read
}

function noSuchChannel(
  path: readonly (string | number)[],
  name: string,
  channels: readonly Pick<Channel, 'name'>[],
): ChannelSettingsError {
  const names = channels.map((channel) => channel.name)
  return new ChannelSettingsError(path, {
    zh: `没有通道“${name}”；已配置：${names.length === 0 ? '无' : names.join('、')}`,
    en: `there is no channel "${name}"; there ${names.length === 0 ? 'are none' : `are ${names.join(', ')}`}`,
  })
}
