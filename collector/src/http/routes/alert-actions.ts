import { Type } from 'typebox'
import type { AlertDesk } from '../../notify/alert-desk.ts'
import { inBothLanguages } from '../../notify/delivery/failure-detail.ts'
import { FINGERPRINT_PATTERN } from '../../rules/alerts/fingerprint.ts'
import type { Api } from '../api.ts'
import { HttpProblem, notFound } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { parseRequestText } from '../request-text.ts'

const Fingerprint = Type.Object({
  fingerprint: Type.String({
    pattern: FINGERPRINT_PATTERN,
    description: 'Of the alert, 16 hex digits',
  }),
})

const Claim = Type.Object(
  {
    by: Type.String({ minLength: 1, maxLength: 64, description: 'Who takes it on' }),
    note: Type.String({ default: '', maxLength: 1_000, description: 'What is said about it' }),
    takeOver: Type.Boolean({ default: false, description: 'Also where somebody else has it' }),
  },
  { additionalProperties: false },
)

const Done = Type.Object({ fingerprint: Type.String() })

const Limit = Type.Object({
  limit: Type.Integer({ default: 200, minimum: 1, maximum: 1_000 }),
})

const Decisions = Type.Object({
  decisions: Type.Array(
    Type.Object({
      time: Type.String({ description: 'RFC 3339, UTC' }),
      fingerprint: Type.String({ description: 'Under which severity' }),
      code: Type.String({
        description:
          'sent, gathered, unchanged, noRoute, endedUntold, claimed (so not repeated), takenOn, takenOver, givenUp (a claim), undelivered (a notice will never be sent), partly (some recipients did not get it), or why it was held: frozen, muted, maintenance, silenced, backup, digest, flapping',
      }),
      by: OrNull(
        'Who or what holds it: an alert’s id, a window’s name, a silence’s id, a job; or who claimed it',
      ),
      from: OrNull('From whom it was taken over'),
      route: OrNull('The route, as Alertmanager writes its matchers'),
      occasion: OrNull('Of what was sent: news, repeat, escalation, digest, catchUp, claim'),
      channels: Type.Array(Type.String(), { description: 'That were told' }),
      until: OrNull('When what is gathered is told, RFC 3339, UTC'),
      reason: OrNull(
        'Why people were not reached: network, timeout, rateLimited, authError, recipient, removed, …',
      ),
      detail: Type.Union([Type.Object({ zh: Type.String(), en: Type.String() }), Type.Null()], {
        description: 'The same in words',
      }),
    }),
  ),
})

/** `/api/v1/alerts/{fingerprint}/…`: claim it, give it up, and why it was or was not told. */
export function addAlertActionRoutes(app: Api, desk: AlertDesk): void {
  app.post(
    '/api/v1/alerts/:fingerprint/ack',
    {
      schema: {
        summary:
          'Claim an alert: repeats and escalation stop; 409 where somebody else has it and takeOver is false',
        params: Fingerprint,
        body: Claim,
        response: answers(Done),
      },
    },
    async ({ params: { fingerprint }, body }) => {
      const by = parseRequestText(body.by, 'by')
      const note = body.note.trim()
      const outcome = await desk.claim(fingerprint, { by, note, takeOver: body.takeOver })
      if (outcome.kind === 'claimed') return { fingerprint }
      throw outcome.kind === 'taken'
        ? alreadyClaimed(outcome.claim.by)
        : notFound({
            zh: `没有指纹为 ${fingerprint} 的告警正在触发`,
            en: `No alert that fires has the fingerprint ${fingerprint}`,
          })
    },
  )
  app.delete(
    '/api/v1/alerts/:fingerprint/ack',
    { schema: { summary: 'Give a claim up', params: Fingerprint, response: answers(Done) } },
    async ({ params: { fingerprint } }) => {
      if (await desk.unclaim(fingerprint)) return { fingerprint }
      throw notFound({
        zh: `指纹为 ${fingerprint} 的告警没有被认领`,
        en: `No alert of the fingerprint ${fingerprint} is claimed`,
      })
    },
  )
  addDecisionsRoute(app, desk)
}

function addDecisionsRoute(app: Api, desk: AlertDesk): void {
  app.get(
    '/api/v1/alerts/:fingerprint/decisions',
    {
      schema: {
        summary: 'Why notices about an alert were or were not sent, the newest first',
        params: Fingerprint,
        querystring: Limit,
        response: answers(Decisions),
      },
    },
    async ({ params: { fingerprint }, query: { limit } }) => ({
      decisions: (await desk.decisions(fingerprint, limit)).map((one) => ({
        time: new Date(one.atMs).toISOString(),
        fingerprint: one.fingerprint,
        code: one.code,
        by: one.by ?? null,
        from: one.from ?? null,
        route: one.route ?? null,
        occasion: one.occasion ?? null,
        channels: [...(one.channels ?? [])],
        until: one.untilMs === undefined ? null : new Date(one.untilMs).toISOString(),
        reason: one.failure?.reason ?? null,
        detail: one.failure === undefined ? null : inBothLanguages(one.failure.detail),
      })),
    }),
  )
}

function alreadyClaimed(by: string): HttpProblem {
  const title = { zh: '已被认领', en: 'Already claimed' }
  const detail = {
    zh: `此告警已由 ${by} 认领；确认接手时，在请求中写 "takeOver": true`,
    en: `${by} has claimed this alert; to take it over, say "takeOver": true`,
  }
  return new HttpProblem(409, 'ALREADY_CLAIMED', title, { detail })
}

function OrNull(description: string) {
  return Type.Union([Type.String(), Type.Null()], { description })
}
