import { parseDurationMs } from '@wardround/program'
import type { EventItem, JsonValue } from '@wardround/protocol'
import type { RuleTest } from './unit-test-schema.ts'

/** The events of a test, by step and by the host that tells of them. */
export class EventTracks {
  /** Steps up to the last event. */
  readonly length: number
  readonly #steps = new Map<number, Map<string, EventItem[]>>()

  constructor({ events, every, host: otherwise }: Pick<RuleTest, 'events' | 'every' | 'host'>) {
    let length = 0
    let number = 0
    for (const { at, host = otherwise, kind, body, times } of events) {
      const step = Math.floor(parseDurationMs(at) / parseDurationMs(every))
      const hosts = this.#steps.get(step) ?? new Map<string, EventItem[]>()
      this.#steps.set(step, hosts)
      const items = hosts.get(host) ?? []
      hosts.set(host, items)
      for (let time = 0; time < times; time++)
        items.push({ subject: host, timeMs: 0, key: `event${++number}`, kind, body: toJson(body) })
      length = Math.max(length, step + 1)
    }
    this.length = length
  }

  /** What happened at one step, by host. */
  at(step: number, timeMs: number): { readonly host: string; readonly events: EventItem[] }[] {
    return [...(this.#steps.get(step) ?? [])].map(([host, items]) => ({
      host,
      events: items.map((item) => ({ ...item, timeMs })),
    }))
  }
}

/** What YAML gives is JSON, apart from what JSON has no word for. */
function toJson(body: unknown): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse gives is that
  return JSON.parse(JSON.stringify(body)) as JsonValue
}
