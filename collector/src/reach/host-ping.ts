import type { PingState } from '../rules/silence/ping-state.ts'
import type { PingResult } from './ping.ts'

/** So many pings in a row without an answer mean that there is none. */
const LOST_AFTER = 3
/** So many in a row with one mean that a host that was lost is back: its agent, which starts a little later, then has the word. */
const BACK_AFTER = 8

/** What pings have told of one host so far. Pure. */
export class HostPing {
  readonly address: string
  #isConnected = false
  /** Whether it was seen to answer: only then does its silence mean anything. */
  #hasAnswered: boolean
  #state: PingState
  #silent = 0
  #answered = 0

  /** `known`: what an earlier process had found out. */
  constructor(address: string, known: PingState = 'unknown') {
    this.address = address
    this.#hasAnswered = known !== 'unknown'
    this.#state = known === 'lost' ? 'lost' : 'unknown'
  }

  get isConnected(): boolean {
    return this.#isConnected
  }

  get state(): PingState {
    return this.#state
  }

  connected(): void {
    this.#isConnected = true
    this.#countAnew()
  }

  /** From here on what ping said before is no longer known to be so. */
  gone(): void {
    this.#isConnected = false
    if (this.#state === 'answers') this.#state = 'unknown'
    this.#countAnew()
  }

  see(result: PingResult): void {
    if (result === 'failed') return
    this.#silent = result === 'silent' ? this.#silent + 1 : 0
    this.#answered = result === 'answers' ? this.#answered + 1 : 0
    if (result === 'answers') this.#hasAnswered = true
    this.#state = this.#judge()
    if (this.#isConnected && this.#state === 'unknown') this.#hasAnswered = false
  }

  #judge(): PingState {
    if (this.#answered > 0) {
      const isBack = this.#isConnected || this.#state !== 'lost' || this.#answered >= BACK_AFTER
      return isBack ? 'answers' : 'lost'
    }
    if (this.#silent < LOST_AFTER || !this.#hasAnswered) return this.#state
    return this.#isConnected ? 'unknown' : 'lost'
  }

  #countAnew(): void {
    this.#silent = 0
    this.#answered = 0
  }
}
