import type { Language } from '@wardround/program'
import type { Channel } from '../channel.ts'
import type { NotifySettings } from '../notify-settings.ts'
import { CHANNEL_KINDS } from './kinds.ts'
import { ChannelSettingsError, SettingsReader } from './settings-reader.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Makes the channels of a configuration: reads their secrets and files, checks their addresses.
 * @throws ChannelSettingsError: the first, with the others that were found
 */
export async function readChannels(
  { channels }: NotifySettings,
  environment: Environment,
  language: Language,
): Promise<Channel[]> {
  const read: Channel[] = []
  const refused: ChannelSettingsError[] = []
  const names = new Set<string>()
  for (const [index, settings] of channels.entries()) {
    const { name, type } = settings
    const path = ['channels', index]
    if (names.has(name)) refused.push(twice([...path, 'name'], name))
    names.add(name)
    const kind = CHANNEL_KINDS.find((one) => one.type === type)
    if (kind === undefined) throw new RangeError(`no kind of channel is called ${type}`)
    const reader = new SettingsReader({ path, name, environment, language })
    try {
      read.push(await kind.open(settings, reader))
    } catch (error) {
      if (!(error instanceof ChannelSettingsError)) throw error
      refused.push(error)
    }
  }
  const [first, ...others] = refused
  if (first !== undefined) throw first.with(others)
  return read
}

function twice(path: readonly (string | number)[], name: string): ChannelSettingsError {
  return new ChannelSettingsError(path, {
    zh: `通道“${name}”重复`,
    en: `channel "${name}" is there twice`,
  })
}
