import { StatementError } from '../influxql-error.ts'
import type { Call, Expression, SelectedField } from '../language/syntax.ts'
import { toModelRegex } from '../conditions/tag-conditions.ts'

/** What names there are where a `*` or an expression stands for some. */
export interface KnownNames {
  readonly fields: readonly string[]
  /** Those that aren't grouped by. */
  readonly tags: readonly string[]
}

/** Whether the names must be known before the fields can be planned. */
export function needsNames(fields: readonly SelectedField[]): boolean {
  return fields.some(({ expression }) => hasNameOrPattern(expression))
}

function hasNameOrPattern(expression: Expression): boolean {
  const { kind } = expression
  if (kind === 'wildcard' || kind === 'regex') return true
  if (kind === 'name') return expression.is === undefined
  if (kind === 'binary') {
    return hasNameOrPattern(expression.left) || hasNameOrPattern(expression.right)
  }
  if (kind !== 'call') return false
  return expression.args.some((one) => one.kind !== 'name' && hasNameOrPattern(one))
}

/** Each `*` and each expression, by itself or as the argument of a function, becomes the names that it stands for, in their order. */
export function expandFields(fields: readonly SelectedField[], known: KnownNames): SelectedField[] {
  return fields.flatMap((field) => {
    const { expression, alias } = field
    const names = namesOf(expression, known)
    if (names !== undefined) return names.map((name) => ({ expression: name }))
    if (expression.kind === 'call') return expandCall(expression, alias, known) ?? [field]
    refusePatterns(expression)
    return [field]
  })
}

function namesOf(expression: Expression, { fields, tags }: KnownNames) {
  const every = [
    ...fields.map((name) => ({ kind: 'name', name, is: 'field' }) as const),
    ...tags.map((name) => ({ kind: 'name', name, is: 'tag' }) as const),
  ].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  if (expression.kind === 'wildcard') {
    return every.filter(({ is }) => expression.of === undefined || is === expression.of)
  }
  if (expression.kind !== 'regex') return undefined
  const pattern = new RegExp(`^(?:${toModelRegex(expression)})$`, 'su')
  return every.filter(({ name }) => pattern.test(name))
}

/** `mean(*)`, `derivative(mean(*), 1s)`: one call for each field, called `mean_field`. */
function expandCall(
  call: Call,
  alias: string | undefined,
  known: KnownNames,
): SelectedField[] | undefined {
  const [first, ...others] = call.args
  if (first === undefined) return undefined
  if (first.kind === 'call') {
    const inner = expandCall(first, undefined, known)
    return inner?.map(({ expression }) => ({
      expression: { ...call, args: [expression, ...others] },
      alias: `${alias ?? call.name}_${fieldWithin(expression)}`,
    }))
  }
  const names = namesOf(first, { ...known, tags: [] })
  return names?.map((name) => ({
    expression: { ...call, args: [name, ...others] },
    alias: `${alias ?? call.name}_${name.name}`,
  }))
}

function fieldWithin(expression: Expression): string {
  if (expression.kind === 'name') return expression.name
  return expression.kind === 'call' ? fieldWithin(expression.args[0]!) : ''
}

function refusePatterns(expression: Expression): void {
  if (expression.kind !== 'binary') return
  for (const side of [expression.left, expression.right]) {
    if (side.kind === 'wildcard' || side.kind === 'regex') {
      throw new StatementError({
        zh: '* 与正则表达式不能参与运算；请逐个写出字段',
        en: 'unable to use wildcard in a binary expression',
      })
    }
    refusePatterns(side)
  }
}
