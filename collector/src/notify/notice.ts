import type { Language, LocalizedText } from '@wardround/program'
import type { Alert, TransitionReason } from '../rules/alert.ts'
import type { Severity } from '../rules/severity.ts'

/** Why a channel is told now. */
export type NoticeOccasion =
  /** something began, changed its severity or ended */
  | 'news'
  /** it still fires, and nobody has claimed it */
  | 'repeat'
  /** it was not claimed, or not resolved, in time */
  | 'escalation'
  /** what was already wrong when it was first watched */
  | 'digest'
  /** what still fires after a silence, a maintenance window or a freeze has ended */
  | 'catchUp'
  /** somebody took it on */
  | 'claim'
  | 'test'

/** Somebody who is to be mentioned or written to; what a channel can't use it ignores. */
export interface Contact {
  readonly name: string
  /** Digits, with + before a country's code. */
  readonly phone?: string | undefined
  readonly email?: string | undefined
  /** User ids within the chat services. */
  readonly dingtalk?: string | undefined
  readonly wecom?: string | undefined
  readonly feishu?: string | undefined
}

/** A project as notices show it. */
export interface NoticeProject {
  readonly name: LocalizedText
  /** The time of closer guard (重点保障期) in which it is. */
  readonly guard?: LocalizedText | undefined
}

/** One alert of a notice. */
export interface NoticeAlert {
  /** With `endsAtMs` where it has ended. */
  readonly alert: Alert
  readonly reason: TransitionReason | 'severity'
  /** The severity under which it was told before, where it fires and has another now. */
  readonly severityWas?: Severity | undefined
  /** What people call its host or device; undefined: as it is called itself. */
  readonly hostName?: string | undefined
  /** Of a merged message: whether it is news in it; undefined: the occasion says it. */
  readonly isNews?: boolean | undefined
  /** Text of the document that its rule quotes. */
  readonly quote: string | undefined
  readonly claimedBy: string | undefined
  /** What they said; '' is nothing. */
  readonly claimNote?: string | undefined
  /** Who had it before them. */
  readonly claimedFrom?: string | undefined
  /** How many others are muted because of it. */
  readonly mutes: number
  /** Where its project has a file. */
  readonly project?: NoticeProject | undefined
}

/** What one channel is told at once: alerts of one group. Plain data without secrets: it waits in the outbox as JSON and is rendered when it is sent. */
export interface Notice {
  readonly occasion: NoticeOccasion
  /** Names the channel in the configuration. */
  readonly channel: string
  /** Names the route that led here: its labels' matchers as Alertmanager writes them, `{}` for the root. */
  readonly route: string
  readonly groupLabels: Readonly<Record<string, string>>
  /** Of the route and the group's labels; the same as long as the group lives. */
  readonly groupKey: string
  readonly atMs: number
  readonly language: Language
  /** IANA name of the zone whose clocks its times are told by; UTC where it is not there, or not known here. */
  readonly timeZone?: string | undefined
  /** Links begin with it. */
  readonly externalUrl: string
  /** 0, or the level of an escalation, from 1. */
  readonly escalation: number
  readonly people: readonly Contact[]
  /** Firing ones first, worst and oldest first; then those that have ended. */
  readonly alerts: readonly NoticeAlert[]
  /** Alerts of the group that have no room in `alerts`. */
  readonly truncated: number
  /** What it tells is invented, and it says so. */
  readonly demo?: boolean | undefined
}
