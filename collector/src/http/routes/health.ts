import { type Language, type LocalizedText, negotiateLanguage, pickText } from '@wardround/program'
import { Type } from 'typebox'
import type { Api } from '../api.ts'

/** Why the collector can't do its work now; the code is stable. */
export interface UnreadyReason {
  readonly code: string
  readonly message: LocalizedText
}

export interface HealthParts {
  reasons(): Promise<readonly UnreadyReason[]>
  /** What a person should know and that keeps nothing from its work. */
  notices(): Promise<readonly UnreadyReason[]>
  /** The collector's own metrics as Prometheus text. */
  metrics(): Promise<string>
}

interface ReadinessAnswer {
  readonly status: 'ready' | 'unready'
  readonly reasons: readonly Said[]
  readonly notices?: readonly Said[]
}

interface Said {
  readonly code: string
  readonly message: string
}

const Readiness = Type.Unsafe<ReadinessAnswer>(
  Type.Object({
    status: Type.Union([Type.Literal('ready'), Type.Literal('unready')]),
    reasons: Type.Array(Type.Object({ code: Type.String(), message: Type.String() })),
    notices: Type.Optional(
      Type.Array(Type.Object({ code: Type.String(), message: Type.String() }), {
        description: 'What should be known though the collector is ready',
      }),
    ),
  }),
)

/** `/healthz` alive, `/readyz` able to store, `/metrics`. */
export function addHealthRoutes(
  app: Api,
  parts: HealthParts & { readonly language: () => Language },
): void {
  app.get(
    '/healthz',
    {
      schema: {
        summary: 'The process lives',
        response: { 200: Type.Object({ status: Type.String() }) },
      },
    },
    () => ({
      status: 'alive',
    }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Able to store; 503 with the reasons when not',
        response: { 200: Readiness, 503: Readiness },
      },
    },
    async ({ headers }, reply) => {
      const language = negotiateLanguage(headers['accept-language'], parts.language())
      const say = ({ code, message }: UnreadyReason) => ({
        code,
        message: pickText(message, language),
      })
      const reasons = (await parts.reasons()).map(say)
      const notices = (await parts.notices()).map(say)
      const ready = reasons.length === 0
      return reply.code(ready ? 200 : 503).send({
        status: ready ? 'ready' : 'unready',
        reasons,
        ...(notices.length === 0 ? {} : { notices }),
      })
    },
  )
  app.get(
    '/metrics',
    {
      schema: { summary: "The collector's own metrics, Prometheus text", produces: ['text/plain'] },
    },
    async (_request, reply) =>
      reply.type('text/plain; version=0.0.4; charset=utf-8').send(await parts.metrics()),
  )
}
