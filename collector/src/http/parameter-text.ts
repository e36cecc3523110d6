import { DELIVERY_ID_PATTERN, LINK_PATTERN } from '../notify/relay/relay-request.ts'
import { DAY_PATTERN } from '../projects/schema/texts.ts'
import { FINGERPRINT_PATTERN } from '../rules/alerts/fingerprint.ts'
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

function wrongType(name: string, type: string): LocalizedText {
  const where = name === '' ? { zh: '请求体', en: 'the body' } : { zh: name, en: name }
  const expected = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined
  if (expected === undefined)
    return { zh: `${name}：只能给出一次`, en: `${name}: may be given once` }
  return { zh: `${where.zh}：应为${expected.zh}`, en: `${where.en}: ${expected.en} is expected` }
}

/** Of a text in the query nothing else can be wrong than that it is there twice. */
const TYPES: Readonly<Record<string, LocalizedText>> = {
  integer: { zh: '整数', en: 'a whole number' },
  number: { zh: '数字', en: 'a number' },
  boolean: { zh: ' true 或 false', en: 'true or false' },
  array: { zh: '列表', en: 'a list' },
  object: { zh: '一组键值（JSON 对象）', en: 'a JSON object' },
}

/** What the patterns of requests ask for, by the pattern: a person reads words. */
const FORMS: Readonly<Record<string, LocalizedText>> = {
  [FINGERPRINT_PATTERN]: {
    zh: '告警指纹：16 位十六进制数字（0-9、a-f）',
    en: "an alert's fingerprint, 16 hexadecimal digits (0-9, a-f)",
  },
  [DAY_PATTERN]: { zh: '日期，例如 2026-11-22', en: 'a day, such as 2026-11-22' },
  [DELIVERY_ID_PATTERN]: {
    zh: '1 到 100 个可见的 ASCII 字符，不含空格',
    en: '1 to 100 visible characters of ASCII without spaces',
  },
  [LINK_PATTERN]: {
    zh: '以 http:// 或 https:// 开头的网址',
    en: 'an address that begins with http:// or https://',
  },
}

function wrongForm(name: string, pattern: string): LocalizedText {
  const form = FORMS[pattern]
  return form === undefined
    ? { zh: `${name}：写法不正确`, en: `${name}: is not written rightly` }
    : {
        zh: `${name}：写法不正确；应为${form.zh}`,
        en: `${name}: is not written rightly; ${form.en} is expected`,
      }
}

function outOfBounds(name: string, { keyword, params }: ParameterFault): LocalizedText {
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
      return wrongType(name, String(params['type']))
    case 'pattern':
      return wrongForm(name, String(params['pattern']))
    case 'minItems':
      return { zh: `${name}：至少 ${limit} 项`, en: `${name}: at least ${limit} are expected` }
    case 'maxProperties':
      return { zh: `${name}：最多 ${limit} 个键`, en: `${name}: at most ${limit} keys` }
    case 'uniqueItems':
      return { zh: `${name}：不能有重复项`, en: `${name}: each may stand once` }
    case 'additionalProperties': {
      const other = String(params['additionalProperty'])
      return { zh: `未知的参数“${other}”`, en: `Unknown parameter "${other}"` }
    }
    default:
      return { zh: `${name}：不合要求`, en: `${name}: is not acceptable` }
  }
}

function valueOf(values: unknown, name: string): string {
  return typeof values === 'object' && values !== null ? String(Reflect.get(values, name)) : ''
}
