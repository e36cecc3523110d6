import type { LocalizedText } from '@wardround/protocol'

export type { LocalizedText }

/** The languages that people read Wardround in; Chinese is the default. */
export type Language = 'zh-CN' | 'en'

export function pickText(text: LocalizedText, language: Language): string {
  return language === 'en' ? text.en : text.zh
}

/**
 * The language of messages: an explicit setting first, then WARDROUND_LANG, then the POSIX locale variables
 * (LC_ALL, LC_MESSAGES, LANG) where they name English; Chinese otherwise.
 */
export function chooseLanguage(
  setting: string | undefined,
  environment: Readonly<Record<string, string | undefined>> = {},
): Language {
  const explicit = setting ?? environment['WARDROUND_LANG']
  if (explicit !== undefined && explicit !== '') return explicit.startsWith('en') ? 'en' : 'zh-CN'
  const locale = environment['LC_ALL'] || environment['LC_MESSAGES'] || environment['LANG'] || ''
  return /^en([_.@-]|$)/.test(locale) ? 'en' : 'zh-CN'
}

/** The language of one HTTP answer, by its Accept-Language header (RFC 9110, section 12.5.4); `fallback` where neither is named. */
export function negotiateLanguage(
  acceptLanguage: string | undefined,
  fallback: Language,
): Language {
  if (acceptLanguage === undefined) return fallback
  const ranked = acceptLanguage
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';')
      const quality = parameters.map((text) => text.trim()).find((text) => text.startsWith('q='))
      return {
        tag: tag.toLowerCase(),
        quality: quality === undefined ? 1 : Number(quality.slice(2)),
      }
    })
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality)
  for (const { tag } of ranked) {
    if (tag === 'zh' || tag.startsWith('zh-')) return 'zh-CN'
    if (tag === 'en' || tag.startsWith('en-')) return 'en'
  }
  return fallback
}
