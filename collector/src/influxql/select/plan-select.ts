import { asInfluxSays, StatementError } from '../influxql-error.ts'
import { NS_PER_MS } from '../language/durations.ts'
import type { Binary, Call, Expression, SelectedField } from '../language/syntax.ts'
import { CALCULATE, mathArguments } from './math.ts'
import type { Computed, FunctionLeaf, Leaf, PlannedColumn, SelectPlan } from './select-plan.ts'
import { isTransformation } from './transformations.ts'
import { isWindowFunction } from './window-functions.ts'

/** What the fields of a SELECT are planned with. */
export interface PlanContext {
  /** Of GROUP BY time, its own or its parent's; undefined where there is none. */
  readonly stepMs: number | undefined
  /** Whether it is its parent's: then values as they are may be transformed. */
  readonly isStepInherited: boolean
  /** Names that are tags where nothing says so. */
  readonly tags: readonly string[]
}

/** The columns of a SELECT whose `*` have been expanded. @throws StatementError */
export function planSelect(fields: readonly SelectedField[], context: PlanContext): SelectPlan {
  const times = fields.filter(({ expression }) => isTime(expression))
  const others = fields.filter(({ expression }) => !isTime(expression))
  if (others.length === 0) throw asInfluxSays('at least 1 non-time field must be queried')
  const planner = new Planner(context)
  const timeName = times.findLast(({ alias }) => alias !== undefined)?.alias ?? 'time'
  const names = columnNames(others, timeName)
  const columns = others.map(({ expression }, at): PlannedColumn => {
    return { name: names[at]!, computed: planner.column(expression) }
  })
  const { leaves } = planner
  const isRaw = leaves.every(({ kind }) => kind === 'field' || kind === 'tag')
  if (!isRaw && leaves.some(({ kind }) => kind === 'field' || kind === 'tag')) {
    throw asInfluxSays('mixing aggregate and non-aggregate queries is not supported')
  }
  if (isRaw && context.stepMs !== undefined && !context.isStepInherited) {
    throw asInfluxSays('GROUP BY requires at least one aggregate function')
  }
  return { timeName, columns, leaves, isRaw }
}

function isTime(expression: Expression): boolean {
  return expression.kind === 'name' && expression.name.toLowerCase() === 'time'
}

class Planner {
  readonly leaves: Leaf[] = []
  readonly #context: PlanContext
  readonly #numbers = new Map<string, number>()

  constructor(context: PlanContext) {
    this.#context = context
  }

  column(expression: Expression): Computed {
    if (expression.kind === 'name') return this.#name(expression)
    const computed = this.#computed(expression)
    if (computed.kind === 'number') throw asInfluxSays('field must contain at least one variable')
    return computed
  }

  #computed(expression: Expression): Computed {
    if (expression.kind === 'number') return { kind: 'number', value: expression.value }
    if (expression.kind === 'call') return this.#call(expression)
    if (expression.kind === 'binary') return this.#binary(expression)
    if (expression.kind !== 'name') throw asInfluxSays('field must contain at least one variable')
    if (this.#isTag(expression)) throw notANumber(expression.name)
    return this.#leaf({ kind: 'field', field: expression.name })
  }

  #binary({ operator, left, right }: Binary): Computed {
    if (!Object.hasOwn(CALCULATE, operator)) throw unknownOperator(operator)
    const [one, other] = [this.#computed(left), this.#computed(right)]
    if (one.kind === 'number' && other.kind === 'number') {
      return { kind: 'number', value: CALCULATE[operator]!(one.value, other.value) }
    }
    return { kind: 'binary', operator, left: one, right: other }
  }

  #name(expression: Extract<Expression, { kind: 'name' }>): Computed {
    const { name } = expression
    if (this.#isTag(expression)) return this.#leaf({ kind: 'tag', tag: name })
    return this.#leaf({ kind: 'field', field: name })
  }

  #isTag({ name, is }: Extract<Expression, { kind: 'name' }>): boolean {
    return is === 'tag' || (is === undefined && this.#context.tags.includes(name))
  }

  #call(call: Call): Computed {
    const count = mathArguments(call.name)
    if (count !== undefined) {
      requireArguments(call, count, count)
      return { kind: 'math', name: call.name, args: call.args.map((one) => this.#computed(one)) }
    }
    if (isTransformation(call.name)) return this.#leaf(this.#transformation(call))
    return this.#leaf(windowFunction(call))
  }

  #transformation(call: Call): Leaf {
    const { name, args } = call
    const takesUnit = /derivative$|^elapsed$/.test(name)
    const takesCount = name === 'moving_average'
    requireArguments(call, takesCount ? 2 : 1, takesUnit || takesCount ? 2 : 1)
    const [inner, second] = args
    const { stepMs, isStepInherited } = this.#context
    const count = takesCount ? windowOfAverage(second!) : 1
    const given = { unitMs: this.#unit(call, second), count }
    const windowsBefore = stepMs === undefined || name === 'cumulative_sum' ? 0 : 1
    if (inner?.kind === 'call') {
      if (stepMs === undefined) {
        throw asInfluxSays(`${name} aggregate requires a GROUP BY interval`)
      }
      return { kind: 'transformation', name, of: windowFunction(inner), given, windowsBefore }
    }
    if (stepMs !== undefined && !isStepInherited) {
      throw asInfluxSays(`aggregate function required inside the call to ${name}`)
    }
    const of = { kind: 'field', field: fieldOf(name, inner) } as const
    return { kind: 'transformation', name, of, given, windowsBefore }
  }

  /** Without one: derivatives of windows are per window, of values per second; time is told in ns. */
  #unit({ name, args }: Call, unit: Expression | undefined): number {
    if (unit?.kind === 'duration') {
      if (unit.ns > 0n) return Number(unit.ns) / Number(NS_PER_MS)
      throw asInfluxSays('duration argument must be positive, got 0s')
    }
    if (unit !== undefined && name !== 'moving_average') {
      throw asInfluxSays(`second argument to ${name} must be a duration`)
    }
    if (name === 'elapsed') return 1 / Number(NS_PER_MS)
    const isOfWindows = args[0]?.kind === 'call'
    return isOfWindows ? (this.#context.stepMs ?? 1_000) : 1_000
  }

  #leaf(leaf: Leaf): Computed {
    const key = JSON.stringify(leaf)
    const known = this.#numbers.get(key) ?? this.leaves.length
    if (known === this.leaves.length) this.leaves.push(leaf)
    this.#numbers.set(key, known)
    return { kind: 'leaf', leaf: known }
  }
}

function windowFunction(call: Call): FunctionLeaf {
  const { name, args } = call
  if (!isWindowFunction(name)) throw unknownFunction(name)
  const isPercentile = name === 'percentile'
  requireArguments(call, isPercentile ? 2 : 1, isPercentile ? 2 : 1)
  const field = fieldOf(name, args[0])
  if (!isPercentile) return { kind: 'function', of: { name, field } }
  if (args[1]?.kind !== 'number') throw asInfluxSays('expected float argument in percentile()')
  return { kind: 'function', of: { name, field, argument: args[1].value } }
}

function fieldOf(name: string, argument: Expression | undefined): string {
  if (argument?.kind === 'name' && argument.is !== 'tag') return argument.name
  throw asInfluxSays(`expected field argument in ${name}()`)
}

function windowOfAverage(count: Expression): number {
  if (count.kind !== 'number' || !Number.isSafeInteger(count.value)) {
    throw asInfluxSays('second argument for moving_average must be an integer')
  }
  if (count.value > 1) return count.value
  throw asInfluxSays(`moving_average window must be greater than 1, got ${count.value}`)
}

function requireArguments({ name, args }: Call, least: number, most: number): void {
  const got = args.length
  if (got >= least && got <= most) return
  const wanted = least === most ? `${least}` : `at least ${least} but no more than ${most}`
  throw asInfluxSays(`invalid number of arguments for ${name}, expected ${wanted}, got ${got}`)
}

/** Aliases stand; other names that are there already get a number. */
function columnNames(fields: readonly SelectedField[], timeName: string): string[] {
  const taken = new Set([timeName, ...fields.flatMap(({ alias }) => alias ?? [])])
  return fields.map(({ expression, alias }) => {
    if (alias !== undefined) return alias
    const own = nameOf(expression)
    let name = own
    for (let number = 1; taken.has(name); number++) name = `${own}_${number}`
    taken.add(name)
    return name
  })
}

function nameOf(expression: Expression): string {
  if (expression.kind === 'name' || expression.kind === 'call') return expression.name
  if (expression.kind !== 'binary') return ''
  const names = [nameOf(expression.left), nameOf(expression.right)]
  return names.filter((name) => name !== '').join('_')
}

const NOT_HERE = new Set(
  'bottom chande_momentum_oscillator count_hll distinct double_exponential_moving_average exponential_moving_average histogram holt_winters holt_winters_with_fit integral kaufmans_adaptive_moving_average kaufmans_efficiency_ratio relative_strength_index sample sum_hll top triple_exponential_derivative triple_exponential_moving_average'.split(
    ' ',
  ),
)

function unknownFunction(name: string): StatementError {
  if (!NOT_HERE.has(name)) return asInfluxSays(`undefined function ${name}()`)
  return new StatementError({
    zh: `不支持函数 ${name}()`,
    en: `the function ${name}() is not supported here`,
  })
}

function unknownOperator(operator: string): StatementError {
  return new StatementError({
    zh: `SELECT 中不支持运算符 ${operator}；可用 +、-、*、/、%`,
    en: `the operator ${operator} is not supported in SELECT; +, -, *, / and % are`,
  })
}

function notANumber(tag: string): StatementError {
  return new StatementError({
    zh: `标签 ${tag} 不能参与运算`,
    en: `the tag ${tag} is no number to compute with`,
  })
}
