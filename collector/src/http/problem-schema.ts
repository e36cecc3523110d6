import { Type } from 'typebox'

/** What every refused or failed request is answered with (RFC 9457). */
export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.Optional(Type.String()),
  },
  { description: 'application/problem+json, RFC 9457' },
)

/** The answers of a route: its own, and the problem. */
export function answers<S>(ok: S) {
  return { 200: ok, default: Problem }
}
