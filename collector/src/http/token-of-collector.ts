import { bearerToken, type KnownTokens } from '../ingest/token-identity.ts'
import { hashToken } from '../state/token.ts'
import { HttpProblem } from './problem.ts'

/** A token that comes from another collector must have been made for its name; whether one must come, access.ts says. @throws HttpProblem */
export function refuseTokenOfAnother(
  authorization: string | undefined,
  name: string,
  tokens: KnownTokens,
): void {
  const token = bearerToken(authorization)
  if (token === undefined || tokens.nameOf('api', hashToken(token)) === name) return
  throw new HttpProblem(
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
