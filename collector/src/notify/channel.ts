import type { Language, Secret } from '@wardround/program'
import type { Alert } from '../rules/alert.ts'
import type { AttemptOutcome } from './delivery/attempt-outcome.ts'
import type { Notice } from './notice.ts'

/** At most so many requests in any stretch of so long. */
export interface RateWindow {
  readonly requests: number
  readonly perMs: number
}

/** How often a service lets itself be asked. */
export interface RateLimit {
  /** Names what the service counts by; channels of the same key share one count. Shows no secret. */
  readonly key: string
  readonly windows: readonly RateWindow[]
}

/** What went over the wire in one attempt, as it was: secrets among it. Only `test-notify` asks for it. */
export interface Exchange {
  readonly request: string
  readonly answer: string
}

/** What one attempt is made with. */
export interface SendContext {
  /** Names the message; the same on every attempt. */
  readonly deliveryId: string
  /** The wall clock, for signatures. Epoch ms. */
  readonly nowMs: number
  readonly userAgent: string
  /** Recipients that an earlier attempt left: only they get the message. Undefined: all. */
  readonly onlyTo?: readonly string[] | undefined
  /** The collector is closing: what is under way is cut. */
  readonly closing: AbortSignal
  /** Of whoever reads the exchange; English where it is not said. */
  readonly language?: Language
  readonly onExchange?: (exchange: Exchange) => void
}

/** One way to tell people, with its secrets read. */
export interface Channel {
  readonly name: string
  /** `type` of its settings. */
  readonly kind: string
  readonly timeoutMs: number
  /** A notice that could not be delivered for so long is given up. */
  readonly giveUpAfterMs: number
  /** Tells where it leads without showing it; undefined: not to a URL. */
  readonly addressHash?: string | undefined
  /** Over it, what waits is merged into one digest. */
  readonly limit: RateLimit | undefined
  readonly language: Language
  /** What must never be shown; test-notify masks it. */
  readonly secrets: readonly Secret[]
  /** Makes one attempt, with several notices only where there is a limit. Never rejects; nothing that it returns holds an address or a secret. */
  send(notices: readonly Notice[], context: SendContext): Promise<AttemptOutcome>
  /** Where the service forgets what it isn't told again and again: tells it all alerts that live or ended lately. Never rejects. */
  readonly tellAll?: (
    alerts: readonly Alert[],
    context: SendContext & {
      readonly externalUrl: string
      /** What they tell is invented. */
      readonly demo?: boolean
    },
  ) => Promise<AttemptOutcome>
}
