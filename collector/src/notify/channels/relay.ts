import { SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import { MAX_RELAY_BYTES } from '../limits.ts'
import type { Notice } from '../notice.ts'
import { COLLECTOR_HEADER, RELAY_PATH } from '../relay/relay-request.ts'
import { defineChannel, jsonServiceSettings } from './channel-kind.ts'
import { addressUnder, exchangeHttp, type HttpOutcome, outcomeOfStatus } from './http-exchange.ts'
import { readJsonObject } from './json-answer.ts'
import { signHeaders } from './signature.ts'

/** Passes notices on to another collector, which has a way out, for one of its channels. Sent is what the other has durably in its own outbox. */
export default defineChannel({
  type: 'relay',
  description: 'Another collector that has a way out; its notify.relayFrom must open a channel',
  settings: {
    ...jsonServiceSettings(
      'Base address of the other collector, such as https://10.0.0.7:8470',
      '对方监控中心的根地址，如 https://10.0.0.7:8470',
    ),
    as: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$',
      expected: {
        zh: '1 到 64 个字母、数字、点、横线或下划线，以字母或数字开头',
        en: '1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit',
      },
      description: 'Name of this collector in notify.relayFrom of the other, and of its API token',
      descriptionZh: '本监控中心在对方 notify.relayFrom 中的名称，也是其 API 令牌的名称',
    }),
    channel: Type.String({
      minLength: 1,
      maxLength: 64,
      description: 'Channel of the other collector through which the notices go out',
      descriptionZh: '经由对方的哪个通道发出',
    }),
    secret: SecretReference,
  },
  async open(settings, reader) {
    const { as, channel } = settings
    const { reach, headers } = await reader.jsonService(settings)
    const secret = await reader.secret(['secret'], settings.secret)
    return {
      ...reader.common(settings),
      limit: undefined,
      async send([notice], context) {
        if (notice === undefined) return { kind: 'accepted' }
        const { deliveryId, nowMs } = context
        const body = writeRequest({ deliveryId, channel }, notice)
        if (body === undefined) return { kind: 'refused', reason: 'tooLong', detail: TOO_LARGE }
        const message = {
          method: 'POST',
          url: addressUnder(reach, RELAY_PATH),
          headers: {
            ...headers,
            [COLLECTOR_HEADER]: as,
            ...signHeaders(secret.reveal(), body, nowMs),
          },
          body,
        }
        return judge(await exchangeHttp(reach, message, context, 'body'), deliveryId)
      },
    }
  },
})

const TOO_LARGE = { zh: '单条告警超过 4 MiB', en: 'one alert is larger than 4 MiB' }

const NO_COLLECTOR = { zh: '应答方不是监控中心', en: 'the answer is no collector’s' }

/** Alerts that have no room are left out, the last first, and counted; undefined where not even one has. */
function writeRequest(
  envelope: { readonly deliveryId: string; readonly channel: string },
  notice: Notice,
): string | undefined {
  for (let count = notice.alerts.length; ; count = Math.floor(count / 2)) {
    const alerts = notice.alerts.slice(0, count)
    const truncated = notice.truncated + notice.alerts.length - count
    const body = JSON.stringify({ ...envelope, notice: { ...notice, alerts, truncated } })
    if (Buffer.byteLength(body) <= MAX_RELAY_BYTES) return body
    if (count <= 1) return undefined
  }
}

/** Only the other collector's own word that it has this very message is success: a gateway's HTTP 200 is not. */
function judge(outcome: HttpOutcome, deliveryId: string): AttemptOutcome {
  if (outcome.kind !== 'answer') return outcome
  const { status, deliveryId: taken, code } = readJsonObject(outcome.body)
  const byStatus = outcomeOfStatus(outcome)
  if (outcome.status >= 200 && outcome.status < 300)
    return status === 'taken' && taken === deliveryId
      ? { kind: 'accepted' }
      : { kind: 'refused', reason: 'serverError', detail: NO_COLLECTOR }
  // What is no code of ours might say back what it was sent.
  if (typeof code !== 'string' || !/^[A-Z][A-Z_]{1,60}$/.test(code) || outcome.status >= 500)
    return byStatus
  const isAboutTrust = outcome.status === 401 || outcome.status === 403
  return {
    kind: 'refused',
    reason: isAboutTrust ? 'authError' : outcome.status === 413 ? 'tooLong' : 'clientError',
    detail: `HTTP ${outcome.status} ${code}`,
  }
}
