import { nearestName } from '@wardround/program'
import { badRequest } from './problem.ts'
import type { Api } from './api.ts'

const API = '/api/'

/** Refuses parameters, and members of a body, that a route of the API doesn't have: a mistyped one would be left out in silence, and the answer be another's. */
export function refuseUnknownParameters(app: Api): void {
  app.addHook('preValidation', async (request) => {
    const { url, schema } = request.routeOptions
    if (url?.startsWith(API) !== true) return
    refuseOthers(request.query, namesOf(schema?.querystring))
    if (schema?.body !== undefined) refuseOthers(request.body, namesOf(schema.body))
  })
}

function refuseOthers(given: unknown, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) return
  for (const name of Object.keys(given))
    if (!known.includes(name)) throw unknownParameter(name, known)
}

function namesOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null || !('properties' in schema)) return []
  return Object.keys(schema.properties ?? {})
}

function unknownParameter(name: string, known: readonly string[]) {
  const near = nearestName(name, known)
  const zh = known.length === 0 ? '这里没有参数' : `可用：${known.join('、')}`
  const en = known.length === 0 ? 'there are none here' : `expected one of ${known.join(', ')}`
  return badRequest({
    zh: `未知的参数“${name}”；${zh}${near === undefined ? '' : `；是否想写“${near}”？`}`,
    en: `Unknown parameter "${name}"; ${en}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  })
}
