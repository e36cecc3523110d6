import { type Language, negotiateLanguage } from '@wardround/program'
import type { AlertRow } from '@wardround/protocol'
import { Type, type Static } from 'typebox'
import type { Api } from '../api.ts'
import { answers } from '../problem-schema.ts'

/** The live alerts, as people read them. */
export interface AlertSource {
  /** Critical first. */
  alerts(language: Language): readonly AlertRow[]
}

const OrNull = (description: string) => Type.Union([Type.String(), Type.Null()], { description })

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
        host: Type.String({ description: 'Host or device, or the id of a project' }),
        projectName: OrNull('Name of the project that it is about as a whole'),
        labels: Type.Record(Type.String(), Type.String()),
        value: Type.Union([Type.Number(), Type.Null()]),
        unit: Type.Union([Type.String(), Type.Null()]),
        threshold: OrNull('What the value is compared with, such as ≥ 85%'),
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
        claimedBy: OrNull('Who took it on'),
        claimedAt: OrNull('When, RFC 3339, UTC'),
        claimNote: OrNull('With what words'),
        claimedFrom: OrNull('From whom they took it over'),
        held: OrNull(
          'Why nobody is told of it now: frozen, muted, maintenance, silenced, backup, digest or flapping',
        ),
        mutedBy: OrNull('Fingerprint of the alert that is its cause'),
        silencedBy: OrNull('Id of the silence that it is in'),
        mutes: Type.Integer({ description: 'How many others are muted because of it' }),
        backlog: Type.Boolean({
          description: 'Already so when its host, instance or device was first watched',
        }),
        startsAt: Type.String({ description: 'RFC 3339, UTC' }),
      }),
    ),
  }),
)

const Name = Type.String({ minLength: 1, maxLength: 256 })

const Filters = Type.Object({
  severity: Type.Optional(
    Type.Union([Type.Literal('critical'), Type.Literal('warning'), Type.Literal('info')]),
  ),
  state: Type.Optional(Type.Union([Type.Literal('pending'), Type.Literal('firing')])),
  host: Type.Optional(Name),
  project: Type.Optional(Name),
  rule: Type.Optional(Name),
  claimed: Type.Optional(Type.Boolean({ description: 'Whether somebody took it on' })),
  held: Type.Optional(Type.Boolean({ description: 'Whether something keeps it from being told' })),
  backlog: Type.Optional(Type.Boolean({ description: 'Whether it was so when first watched' })),
})

/** An absent filter lets everything through. */
function fits(row: AlertRow, filters: Static<typeof Filters>): boolean {
  const shown: Static<typeof Filters> = {
    severity: row.severity,
    state: row.state,
    host: row.host,
    project: row.labels['project'] ?? '',
    rule: row.rule,
    claimed: row.claimedBy !== null,
    held: row.held !== null,
    backlog: row.backlog,
  }
  return Object.entries(filters).every(
    ([name, wanted]) => wanted === undefined || Reflect.get(shown, name) === wanted,
  )
}

/** `/api/v1/alerts`. */
export function addAlertRoutes(
  app: Api,
  { source, language }: { readonly source: AlertSource; readonly language: () => Language },
): void {
  app.get(
    '/api/v1/alerts',
    {
      schema: {
        summary: 'Live alerts, critical first',
        querystring: Filters,
        response: answers(AlertAnswer),
      },
    },
    ({ headers, query }) => ({
      alerts: source
        .alerts(negotiateLanguage(headers['accept-language'], language()))
        .filter((row) => fits(row, query)),
    }),
  )
}
