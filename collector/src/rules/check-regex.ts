import type { LocalizedText } from '@wardround/protocol'
import type { RegexCheck } from './compile-rules.ts'

const BACK_TRACKS: LocalizedText = {
  zh: '这个正则表达式会回溯：匹配时间随文本长度急剧增长',
  en: 'this regular expression back-tracks: its time grows out of proportion to the text',
}

/** A reference to what a group matched: never linear, and beyond the analysis. */
const BACK_REFERENCE = /\\(?:[1-9]|k<)/

/**
 * Opens the check for regular expressions that back-track, exponentially or by trading characters between repetitions. The mere search for a
 * start (`foo.*bar` somewhere in the text) is no reason to refuse: tag values are short. Loaded only where a rule has a regular expression.
 */
export async function openRegexCheck(): Promise<RegexCheck> {
  const { analyse } = await import('scslre')
  return (source) => {
    if (BACK_REFERENCE.test(source)) return BACK_TRACKS
    const { reports } = analyse(new RegExp(source, 'u'))
    return reports.some(({ type, exponential }) => exponential || type !== 'Move')
      ? BACK_TRACKS
      : undefined
  }
}
