import type { ChannelKind } from './channel-kind.ts'
import alertmanager from './alertmanager.ts'
import dingtalk from './dingtalk.ts'
import email from './email.ts'
import feishu from './feishu.ts'
import http from './http.ts'
import relay from './relay.ts'
import smsModem from './sms-modem.ts'
import webhook from './webhook.ts'
import wecom from './wecom.ts'

/** Every kind of channel. */
export const CHANNEL_KINDS: readonly ChannelKind[] = [
  webhook,
  alertmanager,
  http,
  dingtalk,
  wecom,
  feishu,
  email,
  smsModem,
  relay,
]
