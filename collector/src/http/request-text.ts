import { badRequest } from './problem.ts'

/**
 * What a person writes of a request, without the white space around it.
 * @throws HttpProblem 400 that names the parameter, where nothing is left
 */
export function parseRequestText(text: string, parameter: string): string {
  const written = text.trim()
  if (written !== '') return written
  throw badRequest({
    zh: `${parameter}：不能只有空白字符`,
    en: `${parameter}: must not be blank`,
  })
}
