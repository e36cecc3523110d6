import { Type, type Static } from 'typebox'
import { Where } from './where-settings.ts'

const closed = { additionalProperties: false } as const

/** One of `notify.dependencies`, and of dependencies.yaml. */
export const DependencySettings = Type.Object(
  {
    parent: Where('The cause'),
    child: Where('What is muted while the cause fires'),
    equal: Type.Array(
      Type.Union([
        Type.String({ minLength: 1 }),
        Type.Object(
          {
            child: Type.String({ minLength: 1, description: 'Label of what is muted' }),
            parent: Type.String({ minLength: 1, description: 'Label of the cause' }),
            childIs: Type.Optional(
              Type.Literal('address', {
                description: 'The label of what is muted is a URL or HOST:PORT; its host counts',
              }),
            ),
          },
          closed,
        ),
      ]),
      { default: [], description: 'Labels that both must have alike' },
    ),
    everyInstance: Type.Optional(
      Type.Boolean({
        description:
          "Instead of `equal`: the cause, which names host and instance, counts only when it fires for all instances of the child's `database`",
      }),
    ),
  },
  closed,
)

/** dependencies.yaml: what comes with Wardround. */
export const DependencyFile = Type.Object(
  {
    dependencies: Type.Array(DependencySettings, { default: [] }),
    duringBackup: Type.Array(Type.String(), {
      default: [],
      description: 'Rules whose warnings wait while a declared backup job runs on the host',
    }),
  },
  closed,
)

export type DependencySettings = Static<typeof DependencySettings>
export type DependencyFile = Static<typeof DependencyFile>
