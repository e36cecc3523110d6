import { readName, type Expression } from './expression.ts'

/** A numeric expression as a sum: weight × part, for each part, and a constant. */
export interface LinearForm {
  /** By their spelling: what is read, and products and quotients of what is read. */
  readonly parts: ReadonlyMap<string, WeighedPart>
  readonly constant: number
}

export interface WeighedPart {
  readonly node: Expression
  readonly weight: number
}

export function linearForm(node: Expression): LinearForm {
  if (node.kind === 'number') return { parts: new Map(), constant: node.value }
  if (node.kind === 'negate') return scale(linearForm(node.operand), -1)
  if (node.kind !== 'binary') return single(node)
  const left = linearForm(node.left)
  const right = linearForm(node.right)
  if (node.operator === '+') return add(left, right)
  if (node.operator === '-') return add(left, scale(right, -1))
  if (node.operator === '*' && isConstant(right)) return scale(left, right.constant)
  if (node.operator === '*' && isConstant(left)) return scale(right, left.constant)
  if (node.operator === '/' && isConstant(right) && right.constant !== 0)
    return scale(left, 1 / right.constant)
  return single(node)
}

/** One spelling for expressions that are written alike. */
function spelling(node: Expression): string {
  if (node.kind === 'number') return String(node.value)
  if (node.kind === 'negate') return `-(${spelling(node.operand)})`
  if (node.kind !== 'binary') return readName(node)
  return `(${spelling(node.left)}${node.operator}${spelling(node.right)})`
}

function single(node: Expression): LinearForm {
  return { parts: new Map([[spelling(node), { node, weight: 1 }]]), constant: 0 }
}

function isConstant({ parts }: LinearForm): boolean {
  return parts.size === 0
}

function scale({ parts, constant }: LinearForm, by: number): LinearForm {
  const scaled = [...parts].map(([name, { node, weight }]) => {
    return [name, { node, weight: weight * by }] as const
  })
  return { parts: new Map(scaled), constant: constant * by }
}

function add(left: LinearForm, right: LinearForm): LinearForm {
  const parts = new Map(left.parts)
  for (const [name, { node, weight }] of right.parts) {
    const sum = (parts.get(name)?.weight ?? 0) + weight
    if (sum === 0) parts.delete(name)
    else parts.set(name, { node, weight: sum })
  }
  return { parts, constant: left.constant + right.constant }
}
