import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { SendContext } from '../channel.ts'
import type { Notice, NoticeAlert } from '../notice.ts'
import { toPayloadAlert } from './alert-payload.ts'
import { defineChannel, jsonServiceSettings } from './channel-kind.ts'
import { addressUnder, exchangeHttp, outcomeOfStatus, type Reach } from './http-exchange.ts'

/** Alerts in one request, as Prometheus has them. */
const BATCH = 256

/** An alert that is not told again for so long is over: four times as long as it takes to tell it again, as Prometheus says it. */
const HOLDS_MS = 4 * 60_000

/** What an Alertmanager takes at /api/v2/alerts. */
interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

/** Pushes to an Alertmanager (0.16 or later) as Prometheus does: it groups, silences and routes by its own configuration. */
export default defineChannel({
  type: 'alertmanager',
  description:
    'Pushes all live alerts to an Alertmanager, every minute anew, whatever the routes say',
  settings: jsonServiceSettings(
    'Base address of the Alertmanager, such as http://10.0.0.8:9093',
    'Alertmanager 的根地址，如 http://10.0.0.8:9093',
  ),
  async open(settings, reader) {
    const { reach, headers } = await reader.jsonService(settings)
    const common = reader.common(settings)
    return {
      ...common,
      limit: undefined,
      send: ([notice], context) =>
        notice === undefined
          ? Promise.resolve({ kind: 'accepted' })
          : post(reach, headers, stillTrue(notice, context.nowMs), notice, context),
      tellAll: (alerts, context) =>
        post(
          reach,
          headers,
          alerts.map(untold),
          { ...context, language: common.language },
          context,
        ),
    }
  },
})

/** An alert of which nothing is known but itself. */
function untold(alert: NoticeAlert['alert']): NoticeAlert {
  return { alert, reason: 'condition', quote: undefined, claimedBy: undefined, mutes: 0 }
}

/** What a notice that had to wait says of what fires may be over; the list of all alerts says it anew. */
function stillTrue({ alerts, atMs }: Notice, nowMs: number): readonly NoticeAlert[] {
  return nowMs - atMs < HOLDS_MS
    ? alerts
    : alerts.filter(({ alert }) => typeof alert.endsAtMs === 'number')
}

/** All of them, batch after batch; the first that fails ends it. */
async function post(
  reach: Reach,
  headers: Readonly<Record<string, string>>,
  alerts: readonly NoticeAlert[],
  notice: Pick<Notice, 'externalUrl' | 'language' | 'demo'>,
  context: SendContext,
): Promise<AttemptOutcome> {
  const url = addressUnder(reach, '/api/v2/alerts')
  const posted = alerts.map((one) => toPosted(one, notice, context.nowMs))
  for (let from = 0; from < posted.length; from += BATCH) {
    const body = JSON.stringify(posted.slice(from, from + BATCH))
    const message = { method: 'POST', url, headers, body }
    const outcome = outcomeOfStatus(await exchangeHttp(reach, message, context, 'status'))
    if (outcome.kind !== 'answered' || outcome.status < 200 || outcome.status >= 300) return outcome
  }
  return { kind: 'accepted' }
}

/** One alert as an Alertmanager takes it. */
export function toPosted(
  one: NoticeAlert,
  notice: Pick<Notice, 'externalUrl' | 'language' | 'demo'>,
  nowMs: number,
): PostedAlert {
  const { status, labels, annotations, startsAt, endsAt, generatorURL } = toPayloadAlert(
    one,
    notice,
  )
  const holdsUntil = new Date(nowMs + HOLDS_MS).toISOString()
  return {
    labels: withLegalNames(labels),
    annotations: withLegalNames(annotations),
    startsAt,
    endsAt: status === 'firing' ? holdsUntil : endsAt,
    generatorURL,
  }
}

/** Before 0.27 an Alertmanager refuses the whole request for one name that is no identifier. */
function withLegalNames(
  labels: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(labels)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [
        name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_'),
        value.toWellFormed(),
      ]),
  )
}
