import { Type } from 'typebox'
import { bearerToken, type KnownTokens } from '../../ingest/token-identity.ts'
import { hashToken } from '../../state/token.ts'
import type { Api } from '../api.ts'
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
      const token = bearerToken(headers.authorization)
      if (token !== undefined && tokens.nameOf('api', hashToken(token)) !== name)
        throw notItsToken(name)
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

function notItsToken(name: string): HttpProblem {
  return new HttpProblem(
    403,
    'TOKEN_OF_ANOTHER',
    { zh: '令牌不属于该监控中心', en: 'The token is not of this collector' },
    {
      detail: {
        zh: `请用 wardround-collector token create --api ${name} 生成令牌`,
        en: `make its token with wardround-collector token create --api ${name}`,
      },
    },
  )
}
