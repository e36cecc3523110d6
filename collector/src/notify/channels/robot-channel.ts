import { Type } from 'typebox'
import type { Channel, RateWindow } from '../channel.ts'
import { mergeNotices } from '../delivery/merge-notices.ts'
import type { Notice } from '../notice.ts'
import { Address, type CommonSettings, REACH } from './channel-kind.ts'
import { exchangeHttp } from './http-exchange.ts'
import { type AnswerForm, limitOf, MentionAll, PER_MINUTE_MS, readRobotAnswer } from './robot.ts'
import type { MaybeSecret, SettingsReader } from './settings-reader.ts'

interface RobotWords {
  readonly url: string
  readonly urlZh: string
  /** Requests that the service takes in a minute. */
  readonly perMinute: number
  readonly limit: string
}

/** Settings that every robot has beside its own. */
export function robotSettings({ url, urlZh, perMinute, limit }: RobotWords) {
  return {
    url: Address(url, urlZh),
    mentionAll: MentionAll,
    perMinute: Type.Integer({
      default: perMinute,
      minimum: 1,
      maximum: perMinute,
      description: limit,
    }),
    ...REACH,
  }
}

interface RobotSettings extends CommonSettings {
  readonly url: MaybeSecret
  readonly perMinute: number
  readonly proxy?: MaybeSecret
  readonly ca?: string
}

/** What one service's robots do in their own way. */
interface RobotManner {
  readonly answers: AnswerForm
  /** Limits beside that of a minute. */
  readonly windows?: readonly RateWindow[]
  /** The body of a message. `nowMs` is the wall clock, for signatures. */
  readonly write: (notice: Notice, nowMs: number) => object
  /** Where it is sent; without it to the robot's address as it is. */
  readonly addressOf?: (address: string, nowMs: number) => URL
}

/** A robot that is posted JSON, within its limit. @throws ChannelSettingsError */
export async function openRobot(
  settings: RobotSettings,
  reader: SettingsReader,
  { answers, windows = [], write, addressOf = (address) => new URL(address) }: RobotManner,
): Promise<Channel> {
  const url = await reader.url(['url'], settings.url)
  const reach = await reader.reach(settings, url)
  const common = reader.common(settings)
  const perMinute = { requests: settings.perMinute, perMs: PER_MINUTE_MS }
  return {
    ...common,
    limit: limitOf(settings.type, url, [perMinute, ...windows]),
    async send(notices, context) {
      const message = {
        method: 'POST',
        url: addressOf(url.reveal(), context.nowMs),
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(write(mergeNotices(notices), context.nowMs)),
      }
      const outcome = await exchangeHttp(reach, message, context, 'body')
      return readRobotAnswer(outcome, answers, common.secrets)
    },
  }
}
