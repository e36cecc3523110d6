import { type Language, negotiateLanguage } from '@wardround/program'
import type { AlertRow } from '@wardround/protocol'
import { Type } from 'typebox'
import type { Api } from '../api.ts'
import { answers } from '../problem-schema.ts'

/** The live alerts, as people read them. */
export interface AlertSource {
  /** Critical first. */
  alerts(language: Language): readonly AlertRow[]
}

const AlertAnswer = Type.Unsafe<{ alerts: readonly AlertRow[] }>(
  Type.Object({
    alerts: Type.Array(
      Type.Object({
        fingerprint: Type.String(),
        rule: Type.String(),
        name: Type.String(),
        summary: Type.String(),
        state: Type.String({ description: 'pending or firing' }),
        severity: Type.String({ description: 'info, warning or critical' }),
        host: Type.String(),
        labels: Type.Record(Type.String(), Type.String()),
        value: Type.Union([Type.Number(), Type.Null()]),
        unit: Type.Union([Type.String(), Type.Null()]),
        numbers: Type.String({
          description:
            "Whose the numbers of its rule are: contract, or platform (this platform's default)",
        }),
        clauses: Type.Array(
          Type.Object({
            id: Type.String(),
            documents: Type.Array(Type.String(), { description: 'Numbers of the contracts' }),
            text: Type.String({ description: 'Contracts and quoted words' }),
          }),
          { description: 'Clauses of contracts that its rule serves' },
        ),
        runbook: Type.Union([Type.String(), Type.Null()], { description: 'What to do about it' }),
        startsAt: Type.String({ description: 'RFC 3339, UTC' }),
      }),
    ),
  }),
)

/** `/api/v1/alerts`. */
export function addAlertRoutes(
  app: Api,
  { source, language }: { readonly source: AlertSource; readonly language: () => Language },
): void {
  app.get(
    '/api/v1/alerts',
    { schema: { summary: 'Live alerts, critical first', response: answers(AlertAnswer) } },
    ({ headers }) => ({
      alerts: source.alerts(negotiateLanguage(headers['accept-language'], language())),
    }),
  )
}
