import { effect, signal } from '@preact/signals'
import { en } from './en.ts'
import { zh, type TextKey } from './zh.ts'

export type { TextKey } from './zh.ts'

export type Language = 'zh-CN' | 'en'

const STORAGE_KEY = 'wardround.language'

/** The page's language: the reader's last choice, else the browser's, Chinese where that is neither. */
export const language = signal<Language>(initialLanguage())

function initialLanguage(): Language {
  const chosen = localStorage.getItem(STORAGE_KEY)
  if (chosen === 'zh-CN' || chosen === 'en') return chosen
  return navigator.language.startsWith('en') ? 'en' : 'zh-CN'
}

export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'zh-CN' : 'en'
  localStorage.setItem(STORAGE_KEY, language.value)
}

/** A text of the page in its language; components that call it follow a change of language. */
export function text(key: TextKey): string {
  return (language.value === 'en' ? en : zh)[key]
}

/** The text of a key that may be none of the page's. */
export function findText(key: string): string | undefined {
  return isTextKey(key) ? text(key) : undefined
}

function isTextKey(key: string): key is TextKey {
  return Object.hasOwn(zh, key)
}

/** What the collector shows is invented: every page says so, and its title too. */
export const demo = signal(false)

effect(() => {
  document.documentElement.lang = language.value
  document.title = demo.value ? text('demoMark') + text('product') : text('product')
})
