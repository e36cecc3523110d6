import type { AgentRow } from '@wardround/protocol'
import { Type } from 'typebox'
import type { AgentRows } from '../../live/agent-rows.ts'
import type { Api } from '../api.ts'
import { answers } from '../problem-schema.ts'

const Nullable = (schema: ReturnType<typeof Type.String | typeof Type.Number>) =>
  Type.Union([schema, Type.Null()])
const Text = Nullable(Type.String())
const Value = Nullable(Type.Number())

const AgentAnswer = Type.Unsafe<{ agents: readonly AgentRow[] }>(
  Type.Object({
    agents: Type.Array(
      Type.Object({
        id: Type.String(),
        host: Type.String(),
        displayName: Text,
        project: Text,
        role: Text,
        place: Text,
        owner: Text,
        version: Text,
        platform: Text,
        polledBy: Text,
        connected: Type.Boolean(),
        lastSeen: Text,
        lastSequence: Value,
        current: Type.Object({
          timeMs: Value,
          cpuPercent: Value,
          memoryPercent: Value,
          load1: Value,
          fullestDisk: Type.Union([
            Type.Object({ path: Type.String(), usedPercent: Type.Number() }),
            Type.Null(),
          ]),
          answers: Type.Union([Type.Boolean(), Type.Null()]),
        }),
      }),
    ),
  }),
)

/** `/api/v1/agents`: who is watched, and how it is at present. */
export function addAgentRoutes(app: Api, { rows }: { readonly rows: AgentRows }): void {
  app.get(
    '/api/v1/agents',
    {
      schema: {
        summary: 'Agents, by name, with their newest values',
        response: answers(AgentAnswer),
      },
    },
    () => ({ agents: rows.list() }),
  )
}
