import type { ErrorCode } from 'yaml'

/** What the YAML parser, which speaks English alone, finds wrong. */
const CHINESE: Readonly<Record<ErrorCode, string>> = {
  ALIAS_PROPS: '别名（*）不能再带锚点（&）或标签（!）',
  BAD_ALIAS: '别名或锚点的名称不正确',
  BAD_COLLECTION_TYPE: '标签与内容的类型不符',
  BAD_DIRECTIVE: '% 指令不正确',
  BAD_DQ_ESCAPE: '双引号内的转义序列不正确（反斜杠须写作 \\\\）',
  BAD_INDENT: '缩进不正确，或与同级不一致',
  BAD_PROP_ORDER: '锚点或标签的位置不正确',
  BAD_SCALAR_START: '值不能以该字符开头；请加引号',
  BLOCK_AS_IMPLICIT_KEY: '一行内只能有一个“键: 值”；含冒号的值请加引号，嵌套的内容请另起一行',
  BLOCK_IN_FLOW: '[] 或 {} 之内不能使用缩进写法',
  DUPLICATE_KEY: '键重复',
  IMPOSSIBLE: '无法解析',
  KEY_OVER_1024_CHARS: '键超过 1024 个字符',
  MISSING_CHAR: '缺少字符：引号、括号未闭合，或缺少冒号、逗号、空格',
  MULTILINE_IMPLICIT_KEY: '键必须写在一行内；可能缺少冒号，或上一行未结束',
  MULTIPLE_ANCHORS: '一个值只能有一个锚点（&）',
  MULTIPLE_DOCS: '文件中只能有一个 YAML 文档（---）',
  MULTIPLE_TAGS: '一个值只能有一个标签（!）',
  NON_STRING_KEY: '键必须是字符串',
  RESOURCE_EXHAUSTION: '嵌套太深',
  TAB_AS_INDENT: '缩进不能使用制表符（Tab），请用空格',
  TAG_RESOLVE_FAILED: '未知的标签（!）',
  UNEXPECTED_TOKEN: '此处不应有该内容',
}

export function describeYamlError(code: ErrorCode): string {
  return CHINESE[code]
}
