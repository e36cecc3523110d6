import type { Transition } from '../alert.ts'
import type { RuleEngine } from '../engine.ts'
import { parseValues, type Values } from './parse-values.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** The name under which the collector's own network is watched. */
const OWN_NETWORK = 'collector'

interface Track {
  readonly values: Values
  hear(engine: RuleEngine, value: number, atMs: number): readonly Transition[]
}

/** What a test says that is heard beside samples: heartbeats of other collectors, the self-check, stores outside, ping. */
export class SignTracks {
  /** How many values the longest of them has. */
  readonly length: number
  readonly #tracks: readonly Track[]
  readonly #collectors: readonly string[]
  readonly #stores: readonly string[]
  readonly #hasSelfCheck: boolean

  constructor({ heartbeats, selfCheck, stores, pings }: RuleTest) {
    this.#collectors = Object.keys(heartbeats)
    this.#stores = Object.keys(stores)
    this.#hasSelfCheck = selfCheck !== undefined
    this.#tracks = [
      ...Object.entries(heartbeats).map(([name, text]): Track => ({
        values: parseValues(text),
        hear: (engine, _value, atMs) => engine.hear('collector', name, atMs),
      })),
      ...Object.entries(stores).map(([name, text]): Track => ({
        values: parseValues(text),
        hear: (engine, _value, atMs) => engine.hear('store', name, atMs),
      })),
      ...Object.entries(pings).map(([host, text]): Track => ({
        values: parseValues(text),
        hear: (engine, value) => {
          engine.hearPing(host, value === 0 ? 'lost' : 'answers')
          return []
        },
      })),
      {
        values: parseValues(selfCheck ?? ''),
        hear: (engine, _value, atMs) => engine.hear('network', OWN_NETWORK, atMs),
      },
    ]
    this.length = Math.max(...this.#tracks.map(({ values }) => values.length))
  }

  begin(engine: RuleEngine, atMs: number): void {
    engine.expect('collector', this.#collectors, atMs)
    engine.expect('store', this.#stores, atMs)
    engine.expect('network', this.#hasSelfCheck ? [OWN_NETWORK] : [], atMs)
  }

  /** Lets the engine hear what is heard at one step. */
  hear(engine: RuleEngine, step: number, atMs: number): Transition[] {
    return this.#tracks.flatMap((track) => {
      const value = track.values[step]
      return value === undefined ? [] : track.hear(engine, value, atMs)
    })
  }
}
