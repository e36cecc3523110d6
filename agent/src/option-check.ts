import type { ConfigProblem, Located } from '@wardround/program'
import { asRecord } from './as-record.ts'
import type { Option, Options } from './option.ts'
import { loadedRe2 } from './sources/re2-engine.ts'
import { findExpressionProblem } from './sources/site-expression.ts'

type Path = readonly (string | number)[]
type Values = Readonly<Record<string, unknown>>

/** What an option of a probe or a source is, with what is written for it. */
interface Written {
  readonly option: Option
  readonly value: unknown
  readonly path: Path
}

/** What JSON Schema can't say of options: `uniqueBy`, and expressions of RE2 (where its engine was loaded). */
export function findOptionProblems(
  options: Options,
  values: Values,
  path: Path,
  config: Located<unknown>,
): ConfigProblem[] {
  return listWritten(options, values, path).flatMap((written) => [
    ...findRepeated(written, config),
    ...findBadExpression(written, config),
  ])
}

/** Whether an expression is written somewhere, for which the engine is to be loaded. */
export function hasExpression(options: Options, values: Values): boolean {
  return listWritten(options, values, []).some(isExpression)
}

/** Each option that is written, at any depth. */
function listWritten(options: Options, values: Values, path: Path): Written[] {
  return Object.entries(options).flatMap(([name, option]) =>
    withInner({ option, value: values[name], path: [...path, name] }),
  )
}

function withInner(written: Written): Written[] {
  const { option, value, path } = written
  if (value === undefined) return []
  if (option.type === 'object')
    return [written, ...listWritten(option.properties, asRecord(value), path)]
  if (option.type !== 'array' || !Array.isArray(value)) return [written]
  const items = value.flatMap((item: unknown, index) =>
    withInner({ option: option.items, value: item, path: [...path, index] }),
  )
  return [written, ...items]
}

function findRepeated({ option, value, path }: Written, config: Located<unknown>): ConfigProblem[] {
  if (option.type !== 'array' || option.uniqueBy === undefined || !Array.isArray(value)) return []
  const property = option.uniqueBy
  const values = value.map((item) => asRecord(item)[property])
  return values.flatMap((one, index) => {
    if (one === undefined || values.indexOf(one) === index) return []
    const shown = JSON.stringify(one)
    return [
      config.problem(
        [...path, index, property],
        { zh: `${shown} 出现了两次`, en: `${shown} is given twice` },
        { zh: `互不相同的 ${property}`, en: `a ${property} of its own for each` },
      ),
    ]
  })
}

function isExpression({ option, value }: Written): boolean {
  return option.type === 'string' && option.format === 'regex' && typeof value === 'string'
}

function findBadExpression(written: Written, config: Located<unknown>): ConfigProblem[] {
  const engine = loadedRe2()
  if (engine === undefined || !isExpression(written)) return []
  const what = findExpressionProblem(engine, String(written.value))
  if (what === undefined) return []
  return [
    config.problem(written.path, what, {
      zh: 'RE2 语法的正则表达式（https://github.com/google/re2/wiki/Syntax）',
      en: 'an expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax)',
    }),
  ]
}
