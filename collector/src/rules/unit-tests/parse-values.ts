import { RuleTextError } from '../rule-problem.ts'

/** More steps than two weeks of one every ten seconds are a slip of the pen. */
export const MAX_STEPS = 150_000

/** The values of one field in turn; undefined where nothing comes. */
export type Values = readonly (number | undefined)[]

/** `_`, a value, or two values with `..` between them; and how often. */
const TOKEN = /^(?:(_)|([^*]+?)(?:\.\.([^*]+))?)(?:\*(\d+))?$/

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/**
 * Reads `50*6 _*3 0..90*10 2`: a value, `_` for nothing, or a run that goes evenly from one value to another, each with how often.
 * @throws RuleTextError at the part that can't be read
 */
export function parseValues(text: string): Values {
  const values: (number | undefined)[] = []
  for (const { 0: token, index: at } of text.matchAll(/\S+/g)) {
    const run = parseToken(token, at)
    if (values.length + run.count > MAX_STEPS) throw tooMany(at)
    for (let step = 0; step < run.count; step++) values.push(run.valueAt(step))
  }
  return values
}

function parseToken(
  token: string,
  at: number,
): { readonly count: number; valueAt(step: number): number | undefined } {
  const match = TOKEN.exec(token)
  if (match === null) throw unreadable(token, at)
  const [, nothing, from = '', to, times = '1'] = match
  const count = Number(times)
  if (nothing !== undefined) return { count, valueAt: () => undefined }
  const first = readNumber(from, token, at)
  if (to === undefined) return { count, valueAt: () => first }
  const last = readNumber(to, token, at)
  if (count < 2) throw unreadable(token, at)
  return { count, valueAt: (step) => first + ((last - first) * step) / (count - 1) }
}

function readNumber(text: string, token: string, at: number): number {
  const value = Number(text)
  if (!NUMBER.test(text) || !Number.isFinite(value)) throw unreadable(token, at)
  return value
}

function unreadable(token: string, at: number): RuleTextError {
  return new RuleTextError(
    at,
    { zh: `无法解析“${token}”`, en: `"${token}" can't be read` },
    {
      zh: '数值、_（没有数据）、值*次数（如 50*6）或 起..止*个数（如 0..90*10）',
      en: 'a value, _ for nothing, VALUE*TIMES such as 50*6, or FROM..TO*COUNT such as 0..90*10',
    },
  )
}

function tooMany(at: number): RuleTextError {
  return new RuleTextError(at, {
    zh: `多于 ${MAX_STEPS} 个值；请加大 every`,
    en: `more than ${MAX_STEPS} values; a longer "every" needs fewer`,
  })
}
