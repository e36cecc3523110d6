import { nearestName } from '@wardround/program'
import type { ValueRule } from './compiled-rule.ts'
import type { ProblemList } from './problem-list.ts'
import { RuleTextError, type RuleProblem } from './rule-problem.ts'
import type { RuleDefinition } from './rule-schema.ts'
import { parseTemplate, type Template } from './template.ts'

/** Tags that a subject has whatever is measured on it. */
export const SUBJECT_TAGS = ['host', 'project', 'role']

/** Reads a rule's summary in both languages; `known` is what may stand between its braces. */
export function readTemplates(
  { summary }: Pick<RuleDefinition, 'summary'>,
  known: readonly string[],
  path: RuleProblem['path'],
  problems: ProblemList,
): ValueRule['summary'] | undefined {
  const [zh, en] = (['zh', 'en'] as const).map((language) =>
    problems.attempt([...path, 'summary', language], () =>
      checkNames(parseTemplate(summary[language]), known),
    ),
  )
  return zh === undefined || en === undefined ? undefined : { zh, en }
}

function checkNames(template: Template, known: readonly string[]): Template {
  for (const { name, at } of template) {
    if (name === undefined || known.includes(name)) continue
    throw new RuleTextError(
      at,
      { zh: `模板中未知的名称“${name}”`, en: `unknown name "${name}" in the template` },
      { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
      nearestName(name, known),
    )
  }
  return template
}
