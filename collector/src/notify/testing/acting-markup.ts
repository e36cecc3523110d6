/** What each chat service would take for more than text, in text without what the message itself writes. */
export const ACTING_MARKUP = {
  dingtalk:
    /[*`]|~~|<[\p{L}/@!?]|\]\(|(?<![\p{L}\p{N}._+-])@|&#?\w+;|(?<![\p{L}\p{N}_])_|_(?![\p{L}\p{N}_])/u,
  wecom: /`|\*\*|<[\p{L}/@!?]|\]\(|(?<![\p{L}\p{N}._+-])@|&#?\w+;/u,
  feishu: /[<>*_~`[\]\\]|&(?!#\d+;)|:[\p{L}\p{N}_]+:/u,
} as const satisfies Readonly<Record<string, RegExp>>

/** The text of a message without what the message itself writes. */
export function withoutOwnMarkup(text: string): string {
  const own =
    /^### |<font color="\w+">|<\/font>|\*\*[^*\n]+\*\*：|^\[查看详情\]\(http:[^()\s<>]+\)$/gm
  return text.replace(own, '')
}
