import { Type } from 'typebox'
import type { Notice } from '../notice.ts'
import { toChatMarkdown } from '../text/chat-markdown.ts'
import { inertText } from '../text/inert-text.ts'
import { type NoticeText, toNoticeText } from '../text/notice-text.ts'
import type { Standing } from '../text/notice-title.ts'
import { toPlainText } from '../text/plain-text.ts'
import { writeLookAlikes } from '../text/look-alikes.ts'
import { defineChannel } from './channel-kind.ts'
import { type AnswerForm, chatPhone, cleanIds, mentionsAll } from './robot.ts'
import { openRobot, robotSettings } from './robot-channel.ts'

const MAX_MARKDOWN_BYTES = 4096
const MAX_TEXT_BYTES = 2048

const ANSWERS: AnswerForm = {
  codes: ['errcode'],
  messages: ['errmsg'],
  meanings: {
    [-1]: { reason: 'serverError', words: { zh: '服务繁忙', en: 'the service is busy' } },
    45009: { reason: 'rateLimited', pauseMs: 60_000, words: { zh: '发送过快', en: 'too fast' } },
    45033: {
      reason: 'rateLimited',
      pauseMs: 5_000,
      words: { zh: '并发过多', en: 'too many at a time' },
    },
    40058: {
      reason: 'tooLong',
      words: { zh: '超长或格式不符', en: 'too long, or not as the service wants it' },
    },
    93000: {
      reason: 'authError',
      words: { zh: '机器人不存在或 key 有误', en: 'no such robot, or its key is wrong' },
    },
    93004: { reason: 'authError', words: { zh: '机器人已停用', en: 'the robot is off' } },
    93008: {
      reason: 'authError',
      words: { zh: '机器人不在群里', en: 'the robot is not in the group' },
    },
  },
}

/** Robot of a WeCom group (企业微信群机器人). Success is errcode 0; there is no signature, the key is the secret. */
export default defineChannel({
  type: 'wecom',
  description: 'Robot of a WeCom group',
  settings: {
    ...robotSettings({
      url: "The robot's webhook, https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…, by reference; another host where WeCom is private",
      urlZh: '机器人 Webhook 地址（引用）；私有部署写自己的域名',
      perMinute: 20,
      limit: 'Messages that the robot is sent in a minute; beyond it they are merged',
    }),
    format: Type.Union([Type.Literal('markdown'), Type.Literal('text')], {
      default: 'markdown',
      description:
        'markdown: 4,096 bytes, mentions by user id; text: 2,048 bytes, mentions by phone too, and shown where WeChat shows no Markdown',
      descriptionZh:
        'markdown：4096 字节，按 userid @；text：2048 字节，还可按手机号 @，在个人微信里也能显示',
    }),
  },
  open: (settings, reader) =>
    openRobot(settings, reader, {
      answers: ANSWERS,
      write: (notice) => toWeComMessage(notice, settings),
    }),
})

interface MessageSettings {
  readonly format: 'markdown' | 'text'
  readonly mentionAll: 'never' | 'critical' | 'always'
}

/** The robot's message. */
export function toWeComMessage(notice: Notice, { format, mentionAll }: MessageSettings) {
  const text = toNoticeText(notice)
  const all = mentionsAll(mentionAll, notice)
  return format === 'text' ? toTextMessage(text, all) : toMarkdownMessage(text, all)
}

function userIdsOf(text: NoticeText): string[] {
  return cleanIds(text.people.map(({ wecom }) => wecom))
}

function toTextMessage(text: NoticeText, all: boolean) {
  const mobiles = text.people.flatMap(({ phone }) =>
    phone === undefined ? [] : [chatPhone(phone)],
  )
  return {
    msgtype: 'text',
    text: {
      content: toPlainText(text, MAX_TEXT_BYTES),
      mentioned_list: [...userIdsOf(text), ...(all ? ['@all'] : [])],
      mentioned_mobile_list: mobiles,
    },
  }
}

/** WeCom's Markdown has headings, `**`, links, code, quotes, colours and mentions, no more, and no escape: one star or underscore stays as it is. */
function inert(text: string): string {
  return writeLookAlikes(text, ['stars', 'code', 'tag', 'link', 'entity', 'at'])
}

const COLORS: Readonly<Record<Standing, string>> = {
  critical: 'warning', // orange-red: the strongest of three
  warning: 'warning',
  info: 'comment',
  resolved: 'info', // green
}

function toMarkdownMessage(text: NoticeText, all: boolean) {
  const ids = [...userIdsOf(text), ...(all ? ['all'] : [])]
  return {
    msgtype: 'markdown',
    markdown: {
      content: toChatMarkdown(text, {
        lineEnd: '\n',
        inert,
        heading: (title, standing) => `### <font color="${COLORS[standing]}">${title}</font>`,
        bold: (label) => `**${inertText(label)}**`,
        lead: '',
        mentions: ids.map((id) => `<@${id}>`).join(''),
        maxBytes: MAX_MARKDOWN_BYTES,
      }),
    },
  }
}
