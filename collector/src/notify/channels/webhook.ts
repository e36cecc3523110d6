import { SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import { buildPayload } from './alert-payload.ts'
import { Address, defineChannel, REACH } from './channel-kind.ts'
import { exchangeHttp, outcomeOfStatus } from './http-exchange.ts'

/** Alertmanager's webhook, version 4 (captured from Alertmanager 0.25). 2xx is success. */
export default defineChannel({
  type: 'webhook',
  description: 'Gets messages in the form of Alertmanager’s webhook, version 4',
  settings: {
    url: Address(
      'http:// or https:// address; by reference when a part of it is secret',
      'http:// 或 https:// 地址；含密钥时写成引用',
    ),
    bearerToken: Type.Optional(SecretReference),
    ...REACH,
  },
  async open(settings, reader) {
    const url = await reader.url(['url'], settings.url)
    const reach = await reader.reach(settings, url)
    const token = await reader.optionalSecret(['bearerToken'], settings.bearerToken)
    return {
      ...reader.common(settings),
      limit: undefined,
      async send([notice], context) {
        if (notice === undefined) return { kind: 'accepted' }
        const message = {
          method: 'POST',
          url: new URL(url.reveal()),
          headers: {
            'Content-Type': 'application/json',
            ...(token === undefined ? {} : { Authorization: `Bearer ${token.reveal()}` }),
          },
          body: JSON.stringify(buildPayload(notice)),
        }
        return outcomeOfStatus(await exchangeHttp(reach, message, context, 'status'))
      },
    }
  },
})
