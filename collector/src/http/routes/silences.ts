import { type Language, negotiateLanguage, pickText } from '@wardround/program'
import { Type } from 'typebox'
import type { AlertDesk } from '../../notify/alert-desk.ts'
import type { Silence } from '../../notify/dispatch/silence-book.ts'
import { SilenceError } from '../../notify/silence-check.ts'
import type { Api } from '../api.ts'
import { badRequest, notFound } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { parseRequestText } from '../request-text.ts'
import { parseRequestTime } from '../request-time.ts'

const Condition = Type.String({ maxLength: 1_024 })

const Where = Type.Record(
  Type.String({ maxLength: 128 }),
  Type.Union([Condition, Type.Array(Condition, { minItems: 1, maxItems: 100 })]),
  {
    maxProperties: 20,
    description:
      'Which alerts: label: "value", "!value", "~regex", "!~regex", or a list of them; all labels must fit, and one of them must not fit alerts without it',
  },
)

const Time = (description: string) => Type.String({ maxLength: 64, description })

const Asked = Type.Object(
  {
    where: Where,
    author: Type.String({ minLength: 1, maxLength: 64, description: 'Who wants it' }),
    comment: Type.String({ minLength: 1, maxLength: 1_000, description: 'Why' }),
    startsAt: Type.String({
      default: 'now',
      maxLength: 64,
      description: 'RFC 3339 with an offset, epoch ms, or now',
    }),
    endsAt: Time('The same, at most 366 days ahead; nothing is told before'),
  },
  { additionalProperties: false },
)

const ROW = {
  id: Type.String(),
  where: Where,
  author: Type.String(),
  comment: Type.String(),
  startsAt: Type.String({ description: 'RFC 3339, UTC' }),
  endsAt: Type.String({ description: 'RFC 3339, UTC' }),
  createdAt: Type.String({ description: 'RFC 3339, UTC' }),
  state: Type.String({ description: 'pending, active or expired' }),
}
const SilenceRow = Type.Object(ROW)
const MadeSilenceRow = Type.Object({
  ...ROW,
  warnings: Type.Array(Type.String(), {
    description: 'What may be a mistake, as a host that nobody has heard of yet',
  }),
})

const Id = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

export interface SilenceRouteParts {
  readonly alertDesk: AlertDesk
  readonly nowMs: () => number
  readonly language: () => Language
}

/** `/api/v1/silences`. */
export function addSilenceRoutes(
  app: Api,
  { alertDesk: desk, nowMs, language }: SilenceRouteParts,
): void {
  app.get(
    '/api/v1/silences',
    {
      schema: {
        summary: 'Silences, the newest first; those that ended within five days among them',
        response: answers(Type.Object({ silences: Type.Array(SilenceRow) })),
      },
    },
    () => ({ silences: desk.silences().map((silence) => toRow(silence, nowMs())) }),
  )
  app.post(
    '/api/v1/silences',
    {
      schema: {
        summary: 'Tell nothing of some alerts for a time; they are recorded all the same',
        body: Asked,
        response: answers(MadeSilenceRow),
      },
    },
    async ({ headers, body: { where, startsAt, endsAt, ...words } }) => {
      const author = parseRequestText(words.author, 'author')
      const comment = parseRequestText(words.comment, 'comment')
      const atMs = nowMs()
      const startsAtMs = parseRequestTime(startsAt, 'startsAt', atMs)
      const endsAtMs = parseRequestTime(endsAt, 'endsAt', atMs)
      const { silence, warnings } = await desk
        .silence({ where, author, comment, startsAtMs, endsAtMs })
        .catch((error: unknown) => {
          throw error instanceof SilenceError ? badRequest(error.text) : error
        })
      const reader = negotiateLanguage(headers['accept-language'], language())
      return {
        ...toRow(silence, atMs),
        warnings: warnings.map((text) => pickText(text, reader)),
      }
    },
  )
  app.delete(
    '/api/v1/silences/:id',
    { schema: { summary: 'End a silence now', params: Id, response: answers(SilenceRow) } },
    async ({ params: { id } }) => {
      const ended = await desk.endSilence(id)
      if (ended !== undefined) return toRow(ended, nowMs())
      throw notFound({ zh: `没有 id 为“${id}”的静默`, en: `There is no silence "${id}"` })
    },
  )
}

function toRow({ startsAtMs, endsAtMs, createdAtMs, where, ...others }: Silence, atMs: number) {
  return {
    ...others,
    where: Object.fromEntries(
      Object.entries(where).map(([label, one]) => [
        label,
        typeof one === 'string' ? one : [...one],
      ]),
    ),
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    createdAt: new Date(createdAtMs).toISOString(),
    state: endsAtMs <= atMs ? 'expired' : startsAtMs > atMs ? 'pending' : 'active',
  }
}
