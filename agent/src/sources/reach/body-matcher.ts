import { ProbeError } from '../../probe.ts'
import { compileRule, RuleError } from '../log/compile-rule.ts'
import { loadRe2 } from '../log/re2-engine.ts'

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
  const engine = await loadRe2()
  try {
    const rule = compileRule(engine, { name: 'matchPattern', match: pattern })
    return (body) => rule.matches({ offset: 0, lines: [body] })
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const shown = pattern.slice(0, 200)
    throw new ProbeError(
      'UNREADABLE',
      {
        zh: `matchPattern 不是 RE2 正则表达式：${shown}：${error.zh}`,
        en: `matchPattern is no RE2 expression: ${shown}: ${error.message}`,
      },
      { cause: error },
    )
  }
}
