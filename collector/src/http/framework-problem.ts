import type { LocalizedText } from '@wardround/program'

/** What the HTTP framework refuses before a route sees it, by its code. */
const TEXTS: Readonly<Record<string, LocalizedText>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    zh: '请求体不是 JSON；应为 UTF-8 编码的 JSON 对象',
    en: 'The body is no JSON; a JSON object in UTF-8 is expected',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: {
    zh: '请求体为空，但声明为 application/json；应为 JSON 对象',
    en: 'The body is empty though it is said to be application/json; a JSON object is expected',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    zh: '请求体过大；至多 64 KiB',
    en: 'The body is too large; at most 64 KiB are taken',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    zh: '不支持这种请求体；Content-Type 应为 application/json',
    en: 'This kind of body is not taken; Content-Type must be application/json',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    zh: '请求体的长度与 Content-Length 不符',
    en: "The body's length is not what Content-Length says",
  },
  FST_ERR_BAD_URL: {
    zh: '地址中的 % 编码不正确；% 之后应为两位十六进制数',
    en: 'The address has a % that two hexadecimal digits do not follow',
  },
}

const OTHER: LocalizedText = {
  zh: '请求无法理解；请核对地址、参数与请求体',
  en: 'The request can not be understood; check its address, parameters and body',
}

/** Why the framework refused a request, for people. */
export function describeFrameworkError(code: string): LocalizedText {
  return (Object.hasOwn(TEXTS, code) ? TEXTS[code] : undefined) ?? OTHER
}
