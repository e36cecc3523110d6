import type { ChannelKind } from './channel-kind.ts'
import webhook from './webhook.ts'

/** Every kind of channel. */
export const CHANNEL_KINDS: readonly ChannelKind[] = [webhook]
