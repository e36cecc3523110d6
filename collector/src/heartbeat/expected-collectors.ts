import type { HeartbeatReceiver } from '../http/routes/heartbeat.ts'
import type { EngineFeed } from '../notify/engine-feed.ts'

/** The other collectors that send heartbeats here. */
export class ExpectedCollectors implements HeartbeatReceiver {
  readonly #engine: Pick<EngineFeed, 'hear' | 'expect'>
  #names: readonly string[] = []

  constructor(engine: Pick<EngineFeed, 'hear' | 'expect'>) {
    this.#engine = engine
  }

  replace(names: readonly string[]): void {
    this.#names = names
    this.#engine.expect('collector', names)
  }

  isExpected(name: string): boolean {
    return this.#names.includes(name)
  }

  heard(name: string): void {
    this.#engine.hear('collector', name)
  }
}
