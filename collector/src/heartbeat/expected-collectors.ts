import type { HeartbeatReceiver } from '../http/routes/heartbeat.ts'
import type { Alerting } from '../notify/alerting.ts'

/** The other collectors that send heartbeats here. */
export class ExpectedCollectors implements HeartbeatReceiver {
  readonly #alerting: Pick<Alerting, 'hear' | 'expect'>
  #names: readonly string[] = []

  constructor(alerting: Pick<Alerting, 'hear' | 'expect'>) {
    this.#alerting = alerting
  }

  replace(names: readonly string[]): void {
    this.#names = names
    this.#alerting.expect('collector', names)
  }

  isExpected(name: string): boolean {
    return this.#names.includes(name)
  }

  heard(name: string): void {
    this.#alerting.hear('collector', name)
  }
}
