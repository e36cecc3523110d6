import { type LocalizedText, nearestName } from '@wardround/program'

/** What a schema's check found, as Ajv says it. */
export interface ParameterFault {
  readonly keyword: string
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Says in both languages what is wrong with a request's parameters; undefined where only the check's own words would say it. */
export function describeFaults(
  faults: readonly ParameterFault[],
  values: unknown,
): LocalizedText | undefined {
  const [first] = faults
  if (first === undefined) return undefined
  const [, name = ''] = first.instancePath.split('/')
  if (first.keyword === 'required') return missing(String(first.params['missingProperty']))
  const allowed = faults.flatMap(allowedBy)
  if (allowed.length > 0) return notAllowed(name, valueOf(values, name), allowed)
  return outOfBounds(name, first)
}

function missing(name: string): LocalizedText {
  return { zh: `缺少参数“${name}”`, en: `The parameter "${name}" is missing` }
}

function allowedBy({ keyword, params }: ParameterFault): string[] {
  const { allowedValue, allowedValues } = params
  if (keyword === 'const') return [String(allowedValue)]
  return keyword === 'enum' && Array.isArray(allowedValues) ? allowedValues.map(String) : []
}

function notAllowed(name: string, value: string, allowed: readonly string[]): LocalizedText {
  const near = nearestName(value, allowed)
  return {
    zh: `${name}：不能是“${value}”；应为 ${allowed.join('、')} 之一${near === undefined ? '' : `；是否想写“${near}”？`}`,
    en: `${name}: "${value}" is none; expected one of ${allowed.join(', ')}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  }
}

function wrongType(name: string, type: unknown): LocalizedText {
  if (type === 'integer')
    return { zh: `${name}：应为整数`, en: `${name}: a whole number is expected` }
  if (type === 'number') return { zh: `${name}：应为数字`, en: `${name}: a number is expected` }
  return { zh: `${name}：只能给出一次`, en: `${name}: may be given once` }
}

function outOfBounds(name: string, { keyword, params }: ParameterFault): LocalizedText | undefined {
  const limit = String(params['limit'])
  switch (keyword) {
    case 'minLength':
      return { zh: `${name}：不能为空`, en: `${name}: must not be empty` }
    case 'maxLength':
      return { zh: `${name}：最多 ${limit} 个字符`, en: `${name}: at most ${limit} characters` }
    case 'maxItems':
      return { zh: `${name}：最多重复 ${limit} 次`, en: `${name}: at most ${limit} times` }
    case 'minimum':
      return { zh: `${name}：至少为 ${limit}`, en: `${name}: at least ${limit}` }
    case 'exclusiveMinimum':
      return { zh: `${name}：应大于 ${limit}`, en: `${name}: more than ${limit}` }
    case 'maximum':
      return { zh: `${name}：至多为 ${limit}`, en: `${name}: at most ${limit}` }
    case 'type':
      return wrongType(name, params['type'])
    default:
      return undefined
  }
}

function valueOf(values: unknown, name: string): string {
  return typeof values === 'object' && values !== null ? String(Reflect.get(values, name)) : ''
}
