import { buildPayload } from './alert-payload.ts'
import { defineChannel, jsonServiceSettings } from './channel-kind.ts'
import { exchangeHttp, outcomeOfStatus } from './http-exchange.ts'

/** Alertmanager's webhook, version 4 (captured from Alertmanager 0.25). 2xx is success. */
export default defineChannel({
  type: 'webhook',
  description: 'Gets messages in the form of Alertmanager’s webhook, version 4',
  settings: jsonServiceSettings(
    'http:// or https:// address; by reference when a part of it is secret',
    'http:// 或 https:// 地址；含密钥时写成引用',
  ),
  async open(settings, reader) {
    const { reach, headers } = await reader.jsonService(settings)
    return {
      ...reader.common(settings),
      limit: undefined,
      async send([notice], context) {
        if (notice === undefined) return { kind: 'accepted' }
        const message = {
          method: 'POST',
          url: new URL(reach.url.reveal()),
          headers,
          body: JSON.stringify(buildPayload(notice)),
        }
        return outcomeOfStatus(await exchangeHttp(reach, message, context, 'status'))
      },
    }
  },
})
