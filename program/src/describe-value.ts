import type { LocalizedText } from './language.ts'

/** Where addresses have a password: `scott/tiger@host`, `ws://user:password@host`. */
const BEFORE_HOST = /[/:]\S*@/

/** What is wrong with a value that no schema takes, without a password before a host. */
export function describeValue(value: unknown): LocalizedText {
  if (value === undefined || value === null) return { zh: '没有值', en: 'there is no value' }
  if (typeof value === 'number' && !Number.isFinite(value)) return notFinite(value)
  const shown = JSON.stringify(value).replace(BEFORE_HOST, (found) => `${found.charAt(0)}…@`)
  const text = shown.length > 60 ? `${shown.slice(0, 57)}…` : shown
  return (
    fullWidthColon(value, text) ?? { zh: `值 ${text} 不合要求`, en: `${text} is not acceptable` }
  )
}

/** What an input method writes for the colon after a key: YAML takes it for a letter. */
function fullWidthColon(value: unknown, shown: string): LocalizedText | undefined {
  if (typeof value !== 'string' || !/^[\w.-]+\s*：/.test(value)) return undefined
  return {
    zh: `${shown} 中的冒号是全角的（：），键后应写半角冒号和空格（: ）`,
    en: `${shown} has a full-width colon; after a key stand ":" and a space`,
  }
}

export function describeUnknownKey(key: string): LocalizedText {
  const shown = key.length > 60 ? `${key.slice(0, 57)}…` : key
  return (
    fullWidthColon(key, JSON.stringify(shown)) ?? {
      zh: `未知的键“${shown}”`,
      en: `unknown key "${shown}"`,
    }
  )
}

/** A word that is none of those that may stand there. */
export function unknownChoice(written: unknown): LocalizedText {
  const text = JSON.stringify(written)
  return fullWidthColon(written, text) ?? { zh: `未知的值 ${text}`, en: `unknown value ${text}` }
}

/** `.nan`, `.inf`, or more digits than a number can hold. */
function notFinite(value: number): LocalizedText {
  return Number.isNaN(value)
    ? { zh: '.nan 不是数', en: '.nan is no number' }
    : { zh: '数值无穷大（.inf）或超出范围', en: 'the number is infinite (.inf) or too large' }
}
