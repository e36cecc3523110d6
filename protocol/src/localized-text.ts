/** A text in the two languages of the product. */
export interface LocalizedText {
  readonly zh: string
  readonly en: string
}

/** Whether a value that crossed a thread or a socket is one. */
export function isLocalizedText(value: unknown): value is LocalizedText {
  if (typeof value !== 'object' || value === null || !('zh' in value && 'en' in value)) return false
  return typeof value.zh === 'string' && typeof value.en === 'string'
}
