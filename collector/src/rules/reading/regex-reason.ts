import type { LocalizedText } from '@wardround/protocol'

/** What is wrong with a regular expression, by the end of the engine's own message. */
const CHINESE: Readonly<Record<string, string>> = {
  'Nothing to repeat': '量词（*、+、?、{}）前没有可重复的内容',
  'Lone quantifier brackets': '多余的 { 或 }',
  'Incomplete quantifier': '量词 {} 不完整',
  'numbers out of order in {} quantifier': '量词 {} 中的数字顺序颠倒',
  'Unterminated group': '括号 ( 没有闭合',
  "Unmatched ')'": '多余的 )',
  'Invalid group': '(? 之后的写法不正确',
  'Unterminated character class': '方括号 [ 没有闭合',
  'Invalid character class': '方括号中的范围不正确',
  'Range out of order in character class': '方括号中的范围顺序颠倒',
  'Invalid escape': '反斜杠之后的字符不能这样写',
  'Invalid class escape': '方括号中反斜杠之后的字符不能这样写',
  'Invalid decimal escape': '反斜杠之后的数字没有对应的组',
  'Invalid Unicode escape': '\\u 之后的字符编号不正确',
  'Invalid property name': '\\p{} 中的属性名不正确',
  'Invalid property name in character class': '\\p{} 中的属性名不正确',
  'Invalid capture group name': '组名不正确',
  'Duplicate capture group name': '组名重复',
  'Invalid named reference': '\\k 引用的组名不正确',
  'Invalid named capture referenced': '\\k 引用的组不存在',
  '\\ at end of pattern': '末尾有多余的反斜杠',
  'Regular expression too large': '正则表达式过大',
}

/** Why a regular expression can't be read, for people. */
export function describeRegexError(error: unknown): LocalizedText {
  const message = error instanceof Error ? error.message : String(error)
  const reason = message.slice(message.lastIndexOf(': ') + 2)
  const chinese = Object.hasOwn(CHINESE, reason) ? CHINESE[reason] : undefined
  return { zh: chinese ?? `写法不正确（${reason}）`, en: reason }
}
