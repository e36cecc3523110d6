import { compileExpression } from '../site-expression.ts'

type Matches = (body: string) => boolean

/**
 * What tells whether a body is as `match` or `matchPattern` says; undefined where neither is given. An expression is compiled at the first check, with the
 * bounds of a rule for logs: a body of a MiB takes it some tenths of a second at worst.
 * @returns a function that throws ProbeError UNREADABLE for a pattern that RE2 does not take
 */
export function bodyMatcher({
  match,
  matchPattern,
}: {
  readonly match?: string | undefined
  readonly matchPattern?: string | undefined
}): () => Promise<Matches | undefined> {
  if (match !== undefined) return () => Promise.resolve((body) => body.includes(match))
  if (matchPattern === undefined) return () => Promise.resolve(undefined)
  let compiled: Promise<Matches> | undefined
  return () => (compiled ??= compile(matchPattern))
}

async function compile(pattern: string): Promise<Matches> {
  const expression = await compileExpression(pattern)
  return (body) => expression.test(body)
}
