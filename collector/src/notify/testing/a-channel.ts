import type { Channel } from '../channel.ts'
import { CHANNEL_KINDS } from '../channels/kinds.ts'
import { readChannels } from '../channels/read-channels.ts'
import { checkYaml } from '@wardround/program'
import { NotifySettings } from '../notify-settings.ts'

/** A channel as a configuration makes it; `settings` as in YAML. */
export async function aChannel(
  settings: Readonly<Record<string, unknown>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Channel> {
  const text = JSON.stringify({ channels: [{ name: 'duty', ...settings }] })
  const { value } = checkYaml(NotifySettings, { file: 'collector.yaml', text })
  const [channel] = await readChannels(value, environment, 'zh-CN')
  if (channel === undefined) throw new Error(`none of ${CHANNEL_KINDS.length} kinds was opened`)
  return channel
}

export function aWebhook(
  url: string,
  settings: Readonly<Record<string, unknown>> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<Channel> {
  return aChannel({ type: 'webhook', url, giveUpAfter: '1d', ...settings }, environment)
}
