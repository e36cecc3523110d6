import type { Language } from '@wardround/program'
import type { Channel } from '../channel.ts'
import type { NotifySettings } from '../notify-settings.ts'
import { CHANNEL_KINDS } from './kinds.ts'
import { ChannelSettingsError, SettingsReader } from './settings-reader.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Makes the channels of a configuration: reads their secrets and files, checks their addresses.
 * @throws ChannelSettingsError
 */
export async function readChannels(
  { channels }: NotifySettings,
  environment: Environment,
  language: Language,
): Promise<Channel[]> {
  const read: Channel[] = []
  for (const [index, settings] of channels.entries()) {
    const { name, type } = settings
    const path = ['channels', index]
    if (read.some((channel) => channel.name === name))
      throw new ChannelSettingsError([...path, 'name'], {
        zh: `通道“${name}”重复`,
        en: `channel "${name}" is there twice`,
      })
    const kind = CHANNEL_KINDS.find((one) => one.type === type)
    if (kind === undefined) throw new RangeError(`no kind of channel is called ${type}`)
    const reader = new SettingsReader({ path, name, environment, language })
    read.push(await kind.open(settings, reader))
  }
  return read
}
