import { changedNames } from '@wardround/program'
import type { CollectorConfig } from '../config.ts'
import type { UnreadyReason } from '../http/routes/health.ts'

/** Settings that only a start reads. */
const READ_AT_START = [
  'listen',
  'state',
  'journal',
  'limits',
  'retention',
  'deadlines',
  'stores',
] as const

/** What of a re-read configuration waits for the next start: somebody thinks that it is in force. */
export class PendingRestart {
  readonly #started: CollectorConfig
  #settings: readonly string[] = []

  constructor(started: CollectorConfig) {
    this.#started = started
  }

  /** Keys of collector.yaml that say something else than at the start. */
  get settings(): readonly string[] {
    return this.#settings
  }

  /** The configuration was re-read. */
  compare(config: CollectorConfig): void {
    this.#settings = changedNames(fixedOf(this.#started), fixedOf(config))
  }

  /** What `/readyz` says of it. */
  notices(): UnreadyReason[] {
    if (this.#settings.length === 0) return []
    return [
      {
        code: 'RESTART_NEEDED',
        message: {
          zh: `配置已重新读取，但 ${this.#settings.join('、')} 的改动要重启监控中心才生效`,
          en: `the configuration was re-read, but what changed in ${this.#settings.join(', ')} needs a restart of the collector`,
        },
      },
    ]
  }
}

function fixedOf(config: CollectorConfig): ReadonlyMap<string, unknown> {
  return new Map(READ_AT_START.map((key) => [key, config[key]]))
}
