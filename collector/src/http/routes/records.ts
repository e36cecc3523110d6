import type { InventoryAnswer } from '@wardround/protocol'
import { Type } from 'typebox'
import type { EventRow } from '../../state/event-files.ts'
import type { DocumentVersion } from '../../state/inventory.ts'
import type { State } from '../../state/state.ts'
import type { Api } from '../api.ts'
import { notFound } from '../problem.ts'
import { answers } from '../problem-schema.ts'
import { parseRequestTime } from '../request-time.ts'

const Name = Type.String({ minLength: 1, maxLength: 256 })
const Time = { maxLength: 64 } as const
/** Older versions that are listed of one document. */
const MAX_VERSIONS = 500

const EventParameters = Type.Object({
  from: Type.String({
    ...Time,
    default: '-1d',
    description: 'RFC 3339 with an offset, epoch ms, now, or -5m; inclusive',
  }),
  to: Type.String({ ...Time, default: 'now', description: 'The same; exclusive' }),
  host: Type.Optional(Name),
  kind: Type.Optional(Name),
  limit: Type.Integer({ default: 200, minimum: 1, maximum: 10_000 }),
})

interface EventAnswer {
  readonly events: readonly {
    readonly time: string
    readonly timeMs: number
    /** '' for the collector itself. */
    readonly host: string
    readonly kind: string
    readonly key: string
    readonly body: unknown
  }[]
}

const EventAnswerSchema = Type.Unsafe<EventAnswer>(
  Type.Object({
    events: Type.Array(
      Type.Object({
        time: Type.String({ description: 'RFC 3339, UTC' }),
        timeMs: Type.Integer(),
        host: Type.String({ description: "Host or device; '' for the collector itself" }),
        kind: Type.String(),
        key: Type.String(),
        body: Type.Any(),
      }),
    ),
  }),
)

const InventoryParameters = Type.Object({
  at: Type.String({ ...Time, default: 'now', description: 'The documents as they were then' }),
})

const InventorySchema = Type.Unsafe<InventoryAnswer>(
  Type.Object({
    host: Type.String(),
    documents: Type.Array(
      Type.Object({
        name: Type.String(),
        timeMs: Type.Integer(),
        body: Type.Any(),
        historyMs: Type.Array(Type.Integer(), { description: 'Older versions, newest first' }),
      }),
    ),
  }),
)

export interface RecordParts {
  readonly state: Pick<State, 'events' | 'inventory'>
  readonly nowMs: () => number
}

/** What is no sample: `/api/v1/events` and `/api/v1/inventory/{host}`. */
export function addRecordRoutes(app: Api, parts: RecordParts): void {
  app.get(
    '/api/v1/events',
    {
      schema: {
        summary: 'Events, newest first',
        querystring: EventParameters,
        response: answers(EventAnswerSchema),
      },
    },
    async ({ query }) => {
      const nowMs = parts.nowMs()
      const events = await parts.state.events.query({
        fromMs: parseRequestTime(query.from, 'from', nowMs),
        toMs: parseRequestTime(query.to, 'to', nowMs),
        subject: query.host,
        kind: query.kind,
        limit: query.limit,
      })
      return { events: events.map(toEvent) }
    },
  )
  app.get(
    '/api/v1/inventory/:host',
    {
      schema: {
        summary: 'Documents of a host: inventory with its history, and the newest snapshots',
        params: Type.Object({ host: Name }),
        querystring: InventoryParameters,
        response: answers(InventorySchema),
      },
    },
    async ({ params: { host }, query }) => {
      const atMs = parseRequestTime(query.at, 'at', parts.nowMs())
      return readInventory(parts.state.inventory, host, atMs)
    },
  )
}

async function readInventory(
  inventory: State['inventory'],
  host: string,
  atMs: number,
): Promise<InventoryAnswer> {
  const [newest, snapshots] = await Promise.all([
    inventory.newest(host, atMs),
    inventory.snapshots(host),
  ])
  if (newest.length === 0 && snapshots.length === 0) {
    throw notFound({
      zh: `没有“${host}”的清单`,
      en: `There are no documents of "${host}"`,
    })
  }
  const documents = await Promise.all(
    newest.map(async (version) => {
      const history = await inventory.history(host, version.name, MAX_VERSIONS)
      const older = history.map(({ atMs: at }) => at).filter((at) => at < version.atMs)
      return toDocument(version, older)
    }),
  )
  return { host, documents: [...documents, ...snapshots.map((version) => toDocument(version, []))] }
}

function toDocument(
  { name, atMs, body }: DocumentVersion,
  historyMs: readonly number[],
): InventoryAnswer['documents'][number] {
  return { name, timeMs: atMs, body: JSON.parse(body) as unknown, historyMs }
}

function toEvent({ atMs, subject, kind, key, body }: EventRow): EventAnswer['events'][number] {
  return {
    time: new Date(atMs).toISOString(),
    timeMs: atMs,
    host: subject,
    kind,
    key,
    body: JSON.parse(body) as unknown,
  }
}
