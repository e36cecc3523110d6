import { Type } from 'typebox'
import type { KnownTokens } from '../../ingest/token-identity.ts'
import type { Api } from '../api.ts'
import { refuseTokenOfAnother } from '../token-of-collector.ts'
import { HttpProblem } from '../problem.ts'
import { answers } from '../problem-schema.ts'

/** Who takes heartbeats of other collectors. */
export interface HeartbeatReceiver {
  /** Whether a collector of this name is waited for. */
  isExpected(name: string): boolean
  heard(name: string): void
}

export interface HeartbeatParts {
  readonly heartbeats: HeartbeatReceiver
  readonly tokens: KnownTokens
}

/** `POST /api/v1/heartbeat/{name}`: another collector works. A token that comes with it must have been made for that name. */
export function addHeartbeatRoute(app: Api, { heartbeats, tokens }: HeartbeatParts): void {
  app.post(
    '/api/v1/heartbeat/:name',
    {
      schema: {
        summary: 'A heartbeat of another collector',
        params: Type.Object({ name: Type.String({ maxLength: 64 }) }),
        response: answers(Type.Object({ status: Type.Literal('taken') })),
      },
    },
    ({ params: { name }, headers }) => {
      if (!heartbeats.isExpected(name)) throw notExpected(name)
      refuseTokenOfAnother(headers.authorization, name, tokens)
      heartbeats.heard(name)
      return { status: 'taken' as const }
    },
  )
}

function notExpected(name: string): HttpProblem {
  return new HttpProblem(
    404,
    'COLLECTOR_NOT_EXPECTED',
    { zh: '未登记的监控中心', en: 'No such collector is waited for' },
    {
      detail: {
        zh: `请在本监控中心的 notify.heartbeatsFrom 中写入“${name}”`,
        en: `put "${name}" into notify.heartbeatsFrom of this collector`,
      },
    },
  )
}
