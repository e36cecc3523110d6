import type { Clocks } from '../../clocks.ts'
import { RateLimit } from '../receiver/rate-limit.ts'
import { plainAddress } from '../receiver/receiver-options.ts'

/** Each packet with an engine id that is new costs some milliseconds: its key is derived from a megabyte. */
const PER_SECOND = 2

/**
 * Keeps senders that agent.yaml does not name from costing the agent its processor: they share two v3 packets a second. v1 and v2c cost nothing
 * worth a bound.
 */
export class StrangersLimit {
  readonly #devices: ReadonlyMap<string, string>
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  readonly #limit = new RateLimit(PER_SECOND)

  constructor(devices: ReadonlyMap<string, string>, clocks: Pick<Clocks, 'monotonicMs'>) {
    this.#devices = devices
    this.#clocks = clocks
  }

  admits(packet: Uint8Array, address: string): boolean {
    if (!isVersion3(packet) || this.#devices.has(plainAddress(address))) return true
    return this.#limit.take('', this.#clocks.monotonicMs())
  }
}

/** SEQUENCE, its length in one to five bytes, INTEGER 3. */
function isVersion3(packet: Uint8Array): boolean {
  const first = packet[1] ?? 0
  const at = first < 0x80 ? 2 : 2 + (first & 0x7f)
  return packet[at] === 0x02 && packet[at + 1] === 1 && packet[at + 2] === 3
}
