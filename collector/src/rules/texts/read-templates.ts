import { nearestName } from '@wardround/program'
import type { ValueRule } from '../compiled-rule.ts'
import type { ProblemList } from '../problem-list.ts'
import { RuleTextError, type RuleProblem } from '../rule-problem.ts'
import type { RuleDefinition } from '../rule-schema.ts'
import { parseTemplate, type Template } from './template.ts'

/** Tags that a subject has whatever is measured on it. */
export const SUBJECT_TAGS = ['host', 'project', 'role']

/**
 * Reads a rule's summary in both languages; `known` is what may stand between its braces, and beside it functions, which `checkCall` knows how to
 * read. It throws a RuleTextError where one is wrong.
 */
export function readTemplates(
  { summary }: Pick<RuleDefinition, 'summary'>,
  known: readonly string[],
  path: RuleProblem['path'],
  problems: ProblemList,
  checkCall?: (text: string) => void,
): ValueRule['summary'] | undefined {
  const [zh, en] = (['zh', 'en'] as const).map((language) =>
    problems.attempt([...path, 'summary', language], () =>
      checkNames(parseTemplate(summary[language]), known, checkCall),
    ),
  )
  return zh === undefined || en === undefined ? undefined : { zh, en }
}

/** Whether what stands between braces is a function, not a name. */
export function isCall(name: string): boolean {
  return name.includes('(')
}

function checkNames(
  template: Template,
  known: readonly string[],
  checkCall: ((text: string) => void) | undefined,
): Template {
  for (const { name, at } of template) {
    if (name === undefined || known.includes(name)) continue
    if (checkCall !== undefined && isCall(name)) {
      within(at, () => checkCall(name))
      continue
    }
    throw new RuleTextError(
      at,
      { zh: `模板中未知的名称“${name}”`, en: `unknown name "${name}" in the template` },
      { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
      nearestName(name, known),
    )
  }
  return template
}

/** Runs a reading of a part of a text: what it throws tells its place in the whole. */
function within(at: number, read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof RuleTextError)) throw error
    throw new RuleTextError(at + error.at, error.what, error.expected, error.suggestion)
  }
}
