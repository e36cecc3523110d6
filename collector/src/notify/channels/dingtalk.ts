import { createHmac } from 'node:crypto'
import { type Secret, SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import type { Notice } from '../notice.ts'
import { toChatMarkdown } from '../text/chat-markdown.ts'
import { inertText } from '../text/inert-text.ts'
import { toNoticeText } from '../text/notice-text.ts'
import { writeLookAlikes } from '../text/look-alikes.ts'
import { defineChannel } from './channel-kind.ts'
import { type AnswerForm, chatPhone, cleanIds, Keyword, mentionsAll } from './robot.ts'
import { openRobot, robotSettings } from './robot-channel.ts'

/** A body may have about 20 kB; the rest is for its frame and mentions. */
const MAX_TEXT_BYTES = 16_000

const THROTTLED = {
  reason: 'rateLimited',
  pauseMs: 10 * 60_000, // so long the robot is shut after too many
  words: { zh: '发送过快', en: 'too fast' },
} as const

const ANSWERS: AnswerForm = {
  codes: ['errcode'],
  messages: ['errmsg'],
  meanings: {
    [-1]: { reason: 'serverError', words: { zh: '服务繁忙', en: 'the service is busy' } },
    130101: THROTTLED,
    410100: THROTTLED,
    90030: {
      reason: 'quota',
      pauseMs: 3_600_000,
      words: { zh: '企业额度已用完', en: "the organisation's quota is used up" },
    },
    310000: {
      reason: 'authError',
      words: { zh: '关键词、签名或 IP 不符', en: 'keyword, signature or address not accepted' },
    },
    300001: { reason: 'authError', words: { zh: '机器人不存在', en: 'no such robot' } },
    300005: { reason: 'authError', words: { zh: '机器人不存在', en: 'no such robot' } },
    460101: { reason: 'tooLong', words: { zh: '超长', en: 'too long' } },
  },
}

/** Robot of a DingTalk group (自定义机器人). Sent as Markdown; success is errcode 0. */
export default defineChannel({
  type: 'dingtalk',
  description: 'Robot of a DingTalk group',
  settings: {
    ...robotSettings({
      url: "The robot's webhook, https://oapi.dingtalk.com/robot/send?access_token=…, by reference; another host where DingTalk is private",
      urlZh: '机器人 Webhook 地址（引用）；专属钉钉写自己的域名',
      perMinute: 20,
      limit: 'Messages that the robot is sent in a minute; beyond it they are merged',
    }),
    signingSecret: Type.Optional(SecretReference),
    keyword: Keyword,
  },
  async open(settings, reader) {
    const secret = await reader.optionalSecret(['signingSecret'], settings.signingSecret)
    const { keyword = '', mentionAll } = settings
    return openRobot(settings, reader, {
      answers: ANSWERS,
      write: (notice) => toDingTalkMessage(notice, { keyword, mentionAll }),
      addressOf: (address, nowMs) => signUrl(address, secret, nowMs),
    })
  },
})

/** With `timestamp` (ms) and `sign`: base64 of HMAC-SHA256 under the secret, over the timestamp, a line end and the secret. */
export function signUrl(address: string, secret: Secret | undefined, nowMs: number): URL {
  const url = new URL(address)
  if (secret === undefined) return url
  const key = secret.reveal()
  const sign = createHmac('sha256', key).update(`${nowMs}\n${key}`).digest('base64')
  url.searchParams.set('timestamp', String(nowMs))
  url.searchParams.set('sign', sign)
  return url
}

/**
 * DingTalk names headings, quotes, `*` and `**`, links, pictures and lists, draws more (`_`, `~~`, code, HTML's tags), and has no escape that holds on every
 * client: what would act is written with characters that look like it. What stays as it is, pastes as it is.
 */
function inert(text: string): string {
  return writeLookAlikes(text, [
    'star',
    'underscore',
    'tilde',
    'code',
    'tag',
    'link',
    'entity',
    'at',
  ])
}

interface MessageSettings {
  readonly keyword: string
  readonly mentionAll: 'never' | 'critical' | 'always'
}

/** The robot's message. An @ is shown only where it is also in the text. */
export function toDingTalkMessage(notice: Notice, { keyword, mentionAll }: MessageSettings) {
  const text = toNoticeText(notice)
  const mobiles = text.people.flatMap(({ phone }) =>
    phone === undefined ? [] : [chatPhone(phone)],
  )
  const userIds = cleanIds(text.people.map(({ dingtalk }) => dingtalk))
  const isAtAll = mentionsAll(mentionAll, notice)
  const lead = inert(text.title).includes(keyword) ? '' : inertText(keyword)
  return {
    msgtype: 'markdown',
    markdown: {
      title: text.title, // of the push message: plain text
      text: toChatMarkdown(text, {
        lineEnd: '  \n',
        inert,
        heading: (title) => `### ${title}`,
        bold: (label) => `**${label}**`,
        lead,
        mentions: [...mobiles, ...userIds].map((id) => `@${id}`).join(' '),
        maxBytes: MAX_TEXT_BYTES,
        sizeOf: (part) => Buffer.byteLength(JSON.stringify(part)),
      }),
    },
    at: { atMobiles: mobiles, atUserIds: userIds, isAtAll },
  }
}
