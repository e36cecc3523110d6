import type { LocalizedText } from '@wardround/program'
import type { RefusedRecipient } from './attempt-outcome.ts'

/** `a@example.org（550）、b@example.org（451）` */
function listed(
  recipients: readonly RefusedRecipient[],
  separator: string,
  open: string,
  close: string,
) {
  return recipients
    .map(({ address, code }) => (code === undefined ? address : `${address}${open}${code}${close}`))
    .join(separator)
}

/** Whom a message was refused for, by name: for good, and for now. */
export function describeRefused(
  never: readonly RefusedRecipient[],
  later: readonly RefusedRecipient[],
): LocalizedText {
  const zh = [
    ...(never.length === 0 ? [] : [`收件人被拒收，不再发送：${listed(never, '、', '（', '）')}`]),
    ...(later.length === 0
      ? []
      : [`收件人暂时拒收，稍后只向其重发：${listed(later, '、', '（', '）')}`]),
  ]
  const en = [
    ...(never.length === 0
      ? []
      : [`recipients refused for good: ${listed(never, ', ', ' (', ')')}`]),
    ...(later.length === 0
      ? []
      : [`recipients refused for now, tried again alone: ${listed(later, ', ', ' (', ')')}`]),
  ]
  return { zh: zh.join('；'), en: en.join('; ') }
}

/** Those who never got it, at the end of all attempts. */
export function describeUnreached(addresses: readonly string[], why: LocalizedText): LocalizedText {
  return {
    zh: `收件人未收到：${addresses.join('、')}（${why.zh}）`,
    en: `recipients who did not get it: ${addresses.join(', ')} (${why.en})`,
  }
}
