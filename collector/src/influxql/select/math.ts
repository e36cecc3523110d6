/** What Go's math has by the same names; NaN is no value. */
const MATH: Readonly<Record<string, (...numbers: number[]) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  asin: Math.asin,
  atan: Math.atan,
  atan2: Math.atan2,
  ceil: Math.ceil,
  cos: Math.cos,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log: (value, base = Math.E) => Math.log(value) / Math.log(base),
  log10: Math.log10,
  log2: Math.log2,
  pow: Math.pow,
  // Halves go away from zero.
  round: (value) => Math.sign(value) * Math.round(Math.abs(value)),
  sin: Math.sin,
  sqrt: Math.sqrt,
  tan: Math.tan,
}

const TWO_ARGUMENTS = new Set(['atan2', 'log', 'pow'])

/** How many arguments a function of numbers has; undefined where there is none of the name. */
export function mathArguments(name: string): 1 | 2 | undefined {
  if (!Object.hasOwn(MATH, name)) return undefined
  return TWO_ARGUMENTS.has(name) ? 2 : 1
}

export function callMath(name: string, numbers: readonly number[]): number {
  if (numbers.some((number) => Number.isNaN(number))) return Number.NaN
  return finite(MATH[name]!(...numbers))
}

/** Operators between numbers; a division by zero is 0. */
export const CALCULATE: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => (right === 0 && !Number.isNaN(left) ? 0 : left / right),
  '%': (left, right) => (right === 0 && !Number.isNaN(left) ? 0 : left % right),
}

/** JSON has no infinity. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}
