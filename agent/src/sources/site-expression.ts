import { ProbeError } from '../probe.ts'
import { compileRule, RuleError } from './log/compile-rule.ts'
import { loadedRe2, loadRe2 } from './re2-engine.ts'

type Engine = NonNullable<ReturnType<typeof loadedRe2>>

/** An expression of agent.yaml: RE2's, whose time is in proportion to the text, whatever was written. */
export interface SiteExpression {
  /** As it was written. */
  readonly source: string
  test(text: string): boolean
}

/**
 * Compiles what check-config has found good, with the bounds of a rule for logs.
 * @throws ProbeError UNREADABLE for what RE2 does not take
 */
export async function compileExpression(source: string): Promise<SiteExpression> {
  return compileWith(await loadRe2(), source)
}

/** The same where a source's open() has waited for loadRe2(). @throws ProbeError UNREADABLE */
export function compileLoaded(source: string): SiteExpression {
  const engine = loadedRe2()
  if (engine === undefined) throw new Error('loadRe2() comes before compileLoaded()')
  return compileWith(engine, source)
}

function compileWith(engine: Engine, source: string): SiteExpression {
  try {
    const rule = compileRule(engine, { name: source, match: source })
    return { source, test: (text) => rule.matches({ offset: 0, lines: [text] }) }
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const shown = source.slice(0, 200)
    throw new ProbeError(
      'UNREADABLE',
      {
        zh: `不是 RE2 正则表达式：${shown}：${error.zh}`,
        en: `no RE2 expression: ${shown}: ${error.message}`,
      },
      { cause: error },
    )
  }
}

/** What is wrong with an expression; undefined where nothing is. */
export function findExpressionProblem(
  engine: Engine,
  source: string,
): { readonly zh: string; readonly en: string } | undefined {
  try {
    compileRule(engine, { name: source, match: source })
    return undefined
  } catch (error) {
    if (error instanceof RuleError) return { zh: error.zh, en: error.message }
    throw error
  }
}
