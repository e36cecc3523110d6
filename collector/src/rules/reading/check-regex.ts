import type { LocalizedText } from '@wardround/protocol'
import type { RegexCheck } from './reading.ts'

const BACK_TRACKS: LocalizedText = {
  zh: '这个正则表达式会回溯：匹配时间随文本长度急剧增长',
  en: 'this regular expression back-tracks: its time grows out of proportion to the text',
}

/** A reference to what a group matched: never linear. */
const BACK_REFERENCE = /\\(?:[1-9]|k<)/

/** So much analysis tells; an expression that needs more is not one for a rule. Counted in steps, so that the answer is the same everywhere. */
const LIMITS = { maxSteps: 3000, maxScore: 200, timeout: Infinity }

/**
 * Opens the check for regular expressions that back-track. It looks at a match from one start; that a search tries every start is no reason to
 * refuse, tag values being short. Loaded only where a rule has a regular expression.
 */
export async function openRegexCheck(): Promise<RegexCheck> {
  const { isSafe } = await import('redos-detector')
  return (source) => {
    if (BACK_REFERENCE.test(source)) return BACK_TRACKS
    return isSafe(new RegExp(`^(?:${source})`, 'u'), LIMITS).safe ? undefined : BACK_TRACKS
  }
}
