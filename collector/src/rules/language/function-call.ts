import { nearestName } from '@wardround/program'
import type { LocalizedText } from '@wardround/protocol'
import type { Expression, FieldNode, FunctionName, FunctionNode, NumberNode } from './expression.ts'
import { RuleTextError } from '../rule-problem.ts'

interface Signature {
  /** How it is written, for messages. */
  readonly written: string
  readonly takesLimit: boolean
  readonly window: 'none' | 'optional' | 'required'
}

const FUNCTIONS: Readonly<Record<FunctionName, Signature>> = {
  rate: { written: 'rate(net.err_in, 10m)', takesLimit: false, window: 'optional' },
  increase: { written: 'increase(net.err_in, 10m)', takesLimit: false, window: 'required' },
  delta: { written: 'delta(disk.used, 1h)', takesLimit: false, window: 'required' },
  avg: { written: 'avg(cpu.usage_active, 10m)', takesLimit: false, window: 'required' },
  min: { written: 'min(cpu.usage_active, 10m)', takesLimit: false, window: 'required' },
  max: { written: 'max(cpu.usage_active, 10m)', takesLimit: false, window: 'required' },
  timeTo: { written: 'timeTo(disk.used, disk.total, 24h)', takesLimit: true, window: 'required' },
  baseline: { written: 'baseline(cpu.usage_active)', takesLimit: false, window: 'none' },
}

/** Makes a call of what stands between its brackets. @throws RuleTextError */
export function toFunctionNode(
  name: string,
  given: readonly Expression[],
  at: number,
): FunctionNode {
  if (!isFunctionName(name)) throw unknownFunction(name, at)
  const signature = FUNCTIONS[name]
  const [first, ...rest] = given
  if (first?.kind !== 'field') {
    throw wrong(first?.at ?? at, signature, {
      zh: `${name} 的第一个参数不是字段`,
      en: `what ${name} is given first is no field`,
    })
  }
  const limit = signature.takesLimit ? toLimit(rest.shift(), name, first) : undefined
  const windowMs = toWindow(rest.shift(), name, first)
  const [surplus] = rest
  if (surplus !== undefined)
    throw wrong(surplus.at, signature, {
      zh: `${name} 的参数过多`,
      en: `${name} is given too much`,
    })
  return { kind: 'function', name, field: first, limit, windowMs, at }
}

function toLimit(
  node: Expression | undefined,
  name: FunctionName,
  field: FieldNode,
): NumberNode | FieldNode {
  if (node?.kind === 'field' || node?.kind === 'number') return node
  if (node?.kind === 'negate' && node.operand.kind === 'number')
    return { ...node.operand, value: -node.operand.value, at: node.at }
  throw wrong(node?.at ?? field.at, FUNCTIONS[name], {
    zh: `${name} 缺少要到达的上下限（一个数字或字段）`,
    en: `${name} lacks what is to be reached: a number or a field`,
  })
}

function toWindow(
  node: Expression | undefined,
  name: FunctionName,
  field: FieldNode,
): number | undefined {
  const { window } = FUNCTIONS[name]
  if (node === undefined) {
    if (window !== 'required') return undefined
    throw wrong(field.at, FUNCTIONS[name], {
      zh: `${name} 缺少时间窗口`,
      en: `${name} lacks a window`,
    })
  }
  if (window === 'none')
    throw wrong(node.at, FUNCTIONS[name], {
      zh: `${name} 没有时间窗口`,
      en: `${name} has no window`,
    })
  if (node.kind !== 'number' || node.unit !== 'seconds')
    throw wrong(node.at, FUNCTIONS[name], {
      zh: '时间窗口不是时长（如 10m、24h）',
      en: 'the window is no duration such as 10m or 24h',
    })
  return node.value * 1000
}

function isFunctionName(text: string): text is FunctionName {
  return Object.hasOwn(FUNCTIONS, text)
}

function unknownFunction(name: string, at: number): RuleTextError {
  const known = Object.keys(FUNCTIONS)
  return new RuleTextError(
    at,
    { zh: `未知的函数“${name}”`, en: `unknown function "${name}"` },
    { zh: `以下之一：${known.join('、')}`, en: `one of ${known.join(', ')}` },
    nearestName(name, known),
  )
}

function wrong(at: number, { written }: Signature, what: LocalizedText): RuleTextError {
  return new RuleTextError(at, what, { zh: `形如 ${written}`, en: `such as ${written}` })
}
