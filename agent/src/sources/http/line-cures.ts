import type { LocalizedText } from '@wardround/protocol'
import type { LineError, LineFailure } from './line-error.ts'

/** What to do where a kind of server gave no answer. */
export type LineCures = Readonly<Record<LineFailure, LocalizedText>>

/** Those that are the same for every kind of server. */
export const COMMON_CURES = {
  unknown_host: {
    zh: '主机名无法解析；请检查 connect 和 DNS',
    en: 'the host name is not known; see connect and the DNS',
  },
  garbage: { zh: '应答不是 HTTP 或过长', en: 'the answer is no HTTP, or too long' },
  other: { zh: '请求失败', en: 'the request failed' },
} as const satisfies Partial<LineCures>

/** Why there was no answer, with what to do. @param server names it in messages */
export function explainLineError(
  server: string,
  { said }: LineError,
  cure: LocalizedText,
): LocalizedText {
  return {
    zh: `${server}：${cure.zh}（${said.zh}）`,
    en: `${server}: ${cure.en} (${said.en})`,
  }
}
