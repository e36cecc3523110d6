import { createHmac } from 'node:crypto'
import { type Secret, SecretReference } from '@wardround/program'
import { Type } from 'typebox'
import type { Notice } from '../notice.ts'
import { toChatMarkdown } from '../text/chat-markdown.ts'
import { inertText } from '../text/inert-text.ts'
import { toNoticeText } from '../text/notice-text.ts'
import type { Standing } from '../text/notice-title.ts'
import { defineChannel } from './channel-kind.ts'
import { type AnswerForm, cleanIds, Keyword, mentionsAll } from './robot.ts'
import { openRobot, robotSettings } from './robot-channel.ts'

/** A body may have 20 kB; the rest is for the card around it. */
const MAX_TEXT_BYTES = 16_000

const ANSWERS: AnswerForm = {
  codes: ['code', 'StatusCode'],
  messages: ['msg', 'StatusMessage'],
  meanings: {
    9499: { reason: 'clientError', words: { zh: '请求体有误', en: 'bad body' } },
    11232: { reason: 'rateLimited', pauseMs: 60_000, words: { zh: '发送过快', en: 'too fast' } },
    19001: { reason: 'authError', words: { zh: '机器人不存在', en: 'no such robot' } },
    19021: {
      reason: 'authError',
      words: { zh: '签名不符，或时钟不准', en: 'signature not accepted, or the clock is wrong' },
    },
    19022: { reason: 'authError', words: { zh: 'IP 不在白名单', en: 'address not accepted' } },
    19024: { reason: 'authError', words: { zh: '缺少关键词', en: 'keyword missing' } },
  },
}

/** Robot of a Feishu or Lark group (自定义机器人). Sent as a card; success is code 0 (StatusCode 0 of old). */
export default defineChannel({
  type: 'feishu',
  description: 'Robot of a Feishu or Lark group',
  settings: {
    ...robotSettings({
      url: "The robot's webhook, https://open.feishu.cn/open-apis/bot/v2/hook/…, by reference; open.larksuite.com for Lark, another host where Feishu is private",
      urlZh: '机器人 Webhook 地址（引用）；Lark 为 open.larksuite.com，私有部署写自己的域名',
      perMinute: 100,
      limit:
        'Messages that the robot is sent in a minute, never more than 5 in a second; beyond it they are merged',
    }),
    signingSecret: Type.Optional(SecretReference),
    keyword: Keyword,
  },
  async open(settings, reader) {
    const secret = await reader.optionalSecret(['signingSecret'], settings.signingSecret)
    const { keyword = '', mentionAll } = settings
    return openRobot(settings, reader, {
      answers: ANSWERS,
      windows: [{ requests: 5, perMs: 1000 }],
      write: (notice, nowMs) => ({
        ...signature(secret, nowMs),
        ...toFeishuMessage(notice, { keyword, mentionAll }),
      }),
    })
  },
})

/** `timestamp` (seconds) and `sign`: base64 of HMAC-SHA256 over nothing, under the timestamp, a line end and the secret. */
export function signature(
  secret: Secret | undefined,
  nowMs: number,
): { readonly timestamp?: string; readonly sign?: string } {
  if (secret === undefined) return {}
  const timestamp = String(Math.floor(nowMs / 1000))
  const key = `${timestamp}\n${secret.reveal()}`
  return { timestamp, sign: createHmac('sha256', key).update('').digest('base64') }
}

const COLORS: Readonly<Record<Standing, string>> = {
  critical: 'red',
  warning: 'orange',
  info: 'blue',
  resolved: 'green',
}

/** As Feishu's documentation of cards asks: what its Markdown would act on is written as HTML's numeric entities, shown and copied as the characters themselves. */
function inert(text: string): string {
  const acting = /[&<>*_~`[\]\\!$]|:(?=[\p{L}\p{N}_]+:)/gu
  return text.replace(acting, (character) => `&#${character.codePointAt(0)};`)
}

interface MessageSettings {
  readonly keyword: string
  readonly mentionAll: 'never' | 'critical' | 'always'
}

/** The robot's card. */
export function toFeishuMessage(notice: Notice, { keyword, mentionAll }: MessageSettings) {
  const text = toNoticeText(notice)
  const all = mentionsAll(mentionAll, notice)
  const ids = cleanIds(text.people.map(({ feishu }) => feishu))
  const content = toChatMarkdown(text, {
    lineEnd: '\n',
    inert,
    heading: () => '', // the card has its own
    bold: (label) => `**${label}**`,
    lead: text.title.includes(keyword) ? '' : inertText(keyword),
    mentions: [...ids, ...(all ? ['all'] : [])].map((id) => `<at id=${id}></at>`).join(''),
    maxBytes: MAX_TEXT_BYTES,
    sizeOf: (part) => Buffer.byteLength(JSON.stringify(part)),
  })
  return {
    msg_type: 'interactive',
    card: {
      header: {
        title: { tag: 'plain_text', content: text.title },
        template: COLORS[text.standing],
      },
      elements: [{ tag: 'div', text: { tag: 'lark_md', content } }],
    },
  }
}
