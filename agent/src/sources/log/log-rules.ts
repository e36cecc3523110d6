import type { LocalizedText } from '@wardround/protocol'
import type { OptionProblem } from '../../source.ts'
import type { loadedRe2 } from '../re2-engine.ts'
import { compileRule, RuleError } from './compile-rule.ts'
import type { LogOptions } from './log-options.ts'
import type { LogRule } from './log-rule.ts'
import { RULE_PACKS } from './packs/rule-pack.ts'

type Engine = NonNullable<ReturnType<typeof loadedRe2>>

/** Of what an entry says, what its rules are made of. */
type RuleOptions = Pick<LogOptions, 'pack' | 'rules' | 'without'>

/** The rules of an entry: those of its pack that are wanted, then its own. @throws RuleError */
export function compileRules(engine: Engine, options: RuleOptions): readonly LogRule[] {
  const { pack, rules = [], without = [] } = options
  const left = new Set([...without, ...rules.map(({ name }) => name)])
  const delivered = RULE_PACKS[pack].compile(engine).filter(({ name }) => !left.has(name))
  const own = rules.map(({ tags, ...rule }) =>
    compileRule(engine, { ...rule, ...(tags === undefined ? {} : { counted: tags }) }),
  )
  return [...delivered, ...own]
}

/** What is wrong with an entry's rules, and where. */
export function findRuleProblems(
  engine: Engine | undefined,
  { pack, rules = [], without = [] }: RuleOptions,
): readonly OptionProblem[] {
  const { names } = RULE_PACKS[pack]
  const unknown = without.filter((name) => !names.includes(name))
  const problems: OptionProblem[] = unknown.map((name) => ({
    option: 'without',
    what: { zh: `规则包 ${pack} 中没有规则“${name}”`, en: `pack ${pack} has no rule "${name}"` },
    expected: { zh: `其中之一：${names.join('，')}`, en: `some of ${names.join(', ')}` },
  }))
  if (names.length === 0 && rules.length === 0)
    problems.push({
      option: 'pack',
      what: { zh: '没有任何规则', en: 'there is no rule' },
      expected: { zh: '一个规则包 pack，或自定义规则 rules', en: 'a pack, or rules of your own' },
    })
  if (engine === undefined) return problems
  return [...problems, ...rules.flatMap((rule, at) => problemOf(engine, rule, at))]
}

/** Rules of a site's own for which each line must be read by an expression. */
export function describeSlowRules(
  compiled: readonly LogRule[],
  { rules = [] }: Pick<LogOptions, 'rules'>,
): readonly LocalizedText[] {
  return compiled
    .filter((rule) => rule.literals === undefined && rules.some(({ name }) => name === rule.name))
    .map(({ name }) => ({
      zh: `规则“${name}”没有可先行查找的固定文字，每一行都要由表达式读一遍（每 100 MB 日志约多用 1 到 20 秒 CPU），该日志的其他规则也不能再跳过无关的行；在表达式中写出一段至少 3 个字符的固定文字即可避免`,
      en: `rule "${name}" has no fixed text to search for first: each line goes through expressions (1 to 20 CPU-seconds for 100 MB of log), for the other rules of this log, too; a piece of fixed text of three characters or more in it mends that`,
    }))
}

function problemOf(
  engine: Engine,
  rule: NonNullable<RuleOptions['rules']>[number],
  at: number,
): OptionProblem[] {
  const { tags, ...text } = rule
  try {
    compileRule(engine, { ...text, ...(tags === undefined ? {} : { counted: tags }) })
    return []
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    const part = error.part === 'counted' ? 'tags' : error.part
    return [
      {
        option: ['rules', at, part],
        what: {
          zh: `规则“${rule.name}”的 ${part}：${error.zh}`,
          en: `${part} of rule "${rule.name}": ${error.message}`,
        },
        expected: {
          zh: 'RE2 语法的正则表达式（https://github.com/google/re2/wiki/Syntax）',
          en: 'an expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax)',
        },
      },
    ]
  }
}
