/** Where the signs of Markdown and HTML act. */
const ACTING = {
  /** emphasis */
  star: /\*/g,
  /** emphasis, where only two together act */
  stars: /\*{2,}/g,
  /** emphasis at the edge of a word; names are full of others */
  underscore: /(?<![\p{L}\p{N}_])_+|_+(?![\p{L}\p{N}_])/gu,
  /** struck out */
  tilde: /~{2,}/g,
  code: /`/g,
  /** a tag, a mention, an address in angle brackets */
  tag: /<(?=[\p{L}/@!?])/gu,
  /** the hinge of a link or a picture; a bracket that nothing closes could reach into the next line's link */
  link: /\[(?![^[\]]*\](?!\())|\](?=\()/g,
  entity: /&(?=#?\w+;)/g,
  /** a mention; an address of mail stays */
  at: /(?<![\p{L}\p{N}._+-])@/gu,
} as const satisfies Readonly<Record<string, RegExp>>

/** What is written instead of a sign: it looks like it, and does nothing. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '*': '∗',
  _: '＿',
  '~': '∼',
  '`': 'ˋ',
  '<': '‹',
  '[': '［',
  ']': '］',
  '&': '＆',
  '@': '＠',
}

/**
 * Inert text for a chat service that has no escape: signs that would act there are written with characters that look like them, and nothing else is touched,
 * so that a path, an address or a host that is copied pastes as it was. Nothing without width is put in.
 */
export function writeLookAlikes(text: string, acting: readonly (keyof typeof ACTING)[]): string {
  return acting.reduce(
    (written, name) => written.replace(ACTING[name], (signs) => signs.replace(/./gu, lookAlike)),
    text,
  )
}

function lookAlike(sign: string): string {
  return LOOK_ALIKES[sign] ?? sign
}
