import type { Secret } from '@wardround/program'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { KnownTokens } from '../../ingest/token-identity.ts'
import { isSigned, SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../notify/channels/signature.ts'
import { MAX_RELAY_BYTES } from '../../notify/limits.ts'
import type { RelayInbox, RelayedNotice } from '../../notify/relay/relay-inbox.ts'
import { COLLECTOR_HEADER, RELAY_PATH, RelayRequest } from '../../notify/relay/relay-request.ts'
import type { RelaySender } from '../../notify/relay/relay-senders.ts'
import type { Api } from '../api.ts'
import { badRequest, HttpProblem } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { refuseTokenOfAnother } from '../token-of-collector.ts'

/** Who takes notices of other collectors. */
export type RelayReceiver = Pick<RelayInbox, 'senderOf' | 'take'>

export interface RelayRouteParts {
  readonly relay: RelayReceiver
  readonly tokens: KnownTokens
  readonly nowMs: () => number
}

/**
 * `POST /api/v1/relay`: a notice of another collector, for a channel that is open to it. The body is text until its signature is known to be good: nobody else gets as far
 * as the reader of JSON.
 */
export async function addRelayRoute(app: Api, parts: RelayRouteParts): Promise<void> {
  await app.register(async (signed: Api) => {
    signed.removeContentTypeParser('application/json')
    signed.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    )
    signed.post(
      RELAY_PATH,
      {
        bodyLimit: MAX_RELAY_BYTES,
        attachValidation: true,
        schema: {
          summary: 'A notice of another collector, signed, for a channel that is open to it',
          body: RelayRequest,
          response: answers(
            Type.Object({ status: Type.Literal('taken'), deliveryId: Type.String() }),
          ),
        },
        preValidation: async (request: FastifyRequest) => {
          const { secret } = knownSender(request.headers, parts)
          request.body = readSigned(request, secret, parts.nowMs())
        },
      },
      async ({ headers, body, validationError }) => {
        if (validationError !== undefined) throw notANotice(validationError)
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the schema, which says of a Notice what its type says
        const asked = body as unknown as RelayedNotice
        const sender = knownSender(headers, parts)
        if (!sender.channels.includes(asked.channel)) throw notOpen(sender, asked.channel)
        await take(parts.relay, sender, asked)
        return { status: 'taken' as const, deliveryId: asked.deliveryId }
      },
    )
  })
}

async function take(relay: RelayReceiver, sender: RelaySender, asked: RelayedNotice) {
  try {
    await relay.take(sender, asked)
  } catch {
    // why is in the log of whoever writes the outbox for this collector's own notices, and in /readyz
    throw new HttpProblem(503, 'OUTBOX_NOT_WRITABLE', {
      zh: '待发队列暂时无法写入',
      en: 'The outbox can not be written now',
    })
  }
}

function knownSender(
  headers: FastifyRequest['headers'],
  { relay, tokens }: RelayRouteParts,
): RelaySender {
  const name = String(headers[COLLECTOR_HEADER.toLowerCase()] ?? '')
  const sender = relay.senderOf(name)
  if (sender === undefined) throw notExpected(name.slice(0, 64))
  refuseTokenOfAnother(headers.authorization, name, tokens)
  return sender
}

/** @throws HttpProblem: the signature is not the sender's, or the body no JSON */
function readSigned({ headers, body }: FastifyRequest, secret: Secret, nowMs: number): unknown {
  const text = typeof body === 'string' ? body : ''
  const given = {
    timestamp: String(headers[TIMESTAMP_HEADER.toLowerCase()] ?? ''),
    signature: String(headers[SIGNATURE_HEADER.toLowerCase()] ?? ''),
  }
  if (!isSigned(secret.reveal(), text, given, nowMs)) throw notSigned()
  try {
    return JSON.parse(text)
  } catch {
    throw badRequest({ zh: '正文不是 JSON', en: 'The body is no JSON' })
  }
}

function notExpected(name: string): HttpProblem {
  return new HttpProblem(
    404,
    'COLLECTOR_NOT_EXPECTED',
    { zh: '未登记的监控中心', en: 'No such collector may relay here' },
    {
      detail: {
        zh: `${COLLECTOR_HEADER} 是“${name}”；请在本监控中心的 notify.relayFrom 中登记`,
        en: `${COLLECTOR_HEADER} is "${name}"; put it into notify.relayFrom of this collector`,
      },
    },
  )
}

function notSigned(): HttpProblem {
  return new HttpProblem(
    403,
    'SIGNATURE_REFUSED',
    { zh: '签名不符', en: 'The signature is refused' },
    {
      detail: {
        zh: '两端的 secret 应相同，时钟相差不超过 5 分钟',
        en: 'the secret must be the same at both ends, and their clocks within 5 minutes of each other',
      },
    },
  )
}

function notOpen({ name }: RelaySender, channel: string): HttpProblem {
  return new HttpProblem(
    403,
    'CHANNEL_NOT_OPEN',
    { zh: '该通道未开放', en: 'The channel is not open' },
    {
      detail: {
        zh: `请在本监控中心的 notify.relayFrom 中，把“${channel}”写入“${name}”的 channels`,
        en: `put "${channel}" into the channels of "${name}" in notify.relayFrom of this collector`,
      },
    },
  )
}

function notANotice(error: NonNullable<FastifyRequest['validationError']>): HttpProblem {
  const [fault] = error.validation
  const place = fault?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  const found = `${place === '' ? '' : `${place}: `}${fault?.message ?? error.message}`
  return new HttpProblem(
    400,
    'NOT_A_NOTICE',
    { zh: '正文不是通知', en: 'The body is no notice' },
    { detail: { zh: found, en: found } },
  )
}
