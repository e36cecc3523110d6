import type { LocalizedText, Secret } from '@wardround/program'
import { type Static, Type } from 'typebox'
import type { AttemptOutcome } from '../delivery/attempt-outcome.ts'
import type { RateLimit, RateWindow } from '../channel.ts'
import type { Notice } from '../notice.ts'
import { inertText } from '../text/inert-text.ts'
import { isFiring } from '../text/notice-title.ts'
import { hashAddress } from './hash-address.ts'
import { type HttpOutcome, outcomeOfStatus } from './http-exchange.ts'
import { readJsonObject } from './json-answer.ts'
import { maskSecrets } from './mask-secrets.ts'

/** What a service's own code means for the message. */
export type CodeMeaning = Omit<Extract<AttemptOutcome, { kind: 'refused' }>, 'kind' | 'detail'> & {
  readonly words: LocalizedText
}

/** How a robot says in its answer's body what it did. */
export interface AnswerForm {
  /** Members that may hold the code; 0 is success. */
  readonly codes: readonly string[]
  readonly messages: readonly string[]
  readonly meanings: Readonly<Record<number, CodeMeaning>>
}

/**
 * What a robot's answer means. HTTP 200 is no success: the code in the body says it. A code that nobody knows is the robot's last word; an answer without one is
 * not the robot's (a proxy's page, a gateway's) and is tried again.
 */
export function readRobotAnswer(
  outcome: HttpOutcome,
  form: AnswerForm,
  secrets: readonly Secret[],
): AttemptOutcome {
  if (outcome.kind !== 'answer') return outcome
  const body = readJsonObject(outcome.body)
  const code = form.codes.map((name) => body[name]).find((value) => typeof value === 'number')
  if (code === undefined) {
    if (outcome.status < 200 || outcome.status >= 300) return outcomeOfStatus(outcome)
    const detail = {
      zh: `HTTP ${outcome.status}，应答里没有该服务的返回码`,
      en: `HTTP ${outcome.status} without the service's own code`,
    }
    return { kind: 'refused', reason: 'serverError', detail }
  }
  if (code === 0) return { kind: 'accepted' }
  const { words, ...meaning } = form.meanings[code] ?? UNKNOWN
  const said = form.messages.map((name) => body[name]).find((value) => typeof value === 'string')
  const quoted = said === undefined ? '' : `: ${inertText(maskSecrets(said, secrets), 200)}`
  return {
    kind: 'refused',
    ...meaning,
    detail: inBoth((language) => `${code} ${words[language]}${quoted}`),
  }
}

const UNKNOWN: CodeMeaning = { reason: 'clientError', words: { zh: '被拒绝', en: 'refused' } }

function inBoth(write: (language: 'zh' | 'en') => string): LocalizedText {
  return { zh: write('zh'), en: write('en') }
}

/** The limit of a robot, known by its address without showing it. */
export function limitOf(kind: string, url: Secret, windows: readonly RateWindow[]): RateLimit {
  return { key: `${kind} ${hashAddress(url)}`, windows }
}

export const PER_MINUTE_MS = 60_000

/** Settings that the robots share. */
export const Keyword = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 64,
    description: 'Keyword that the robot asks for; it is put into every message',
    descriptionZh: '机器人要求的关键词；会写进每条消息',
  }),
)

export const MentionAll = Type.Union(
  [Type.Literal('never'), Type.Literal('critical'), Type.Literal('always')],
  {
    default: 'never',
    description:
      'When everybody is mentioned: never, where something critical fires, or always; claims and digests mention nobody, but where a merged message holds such news',
    descriptionZh:
      '何时 @所有人：never 从不、critical 有严重告警时、always 每次；认领与汇总不 @所有人，合并的消息里有此类新消息时除外',
  },
)

/**
 * Whether a message mentions everybody. That somebody has taken an alert on calls nobody, nor does a list of what was wrong already; of a merged
 * message it is what is news in it that counts.
 */
export function mentionsAll(
  setting: Static<typeof MentionAll>,
  { occasion, alerts }: Pick<Notice, 'occasion' | 'alerts'>,
): boolean {
  const calls = occasion !== 'claim' && occasion !== 'digest'
  const news = alerts.filter(({ isNews = calls }) => isNews)
  if (setting === 'critical')
    return news.some((one) => isFiring(one) && one.alert.severity === 'critical')
  return setting === 'always' && news.length > 0
}

/** User ids reach a message's markup: only what these may hold. Nobody's id is the word for everybody, nor empty. */
export function cleanIds(ids: readonly (string | undefined)[]): string[] {
  return ids
    .map((id = '') => id.replace(/[^\w.@+-]/g, ''))
    .filter((id) => id !== '' && !EVERYBODY.test(id))
}

/** WeCom's and Feishu's word, however it is written. */
const EVERYBODY = /^@*all$/i

/** A Chinese mobile number as the chat services know it: digits without the country's code. */
export function chatPhone(phone: string): string {
  return phone.replace(/^\+86/, '').replace(/[^\d+-]/g, '')
}
