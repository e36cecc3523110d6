import type { LiveEvent } from '@wardround/protocol'
import type { Language } from '@wardround/program'

/** A page that follows. */
export interface LiveClient {
  readonly language: Language
  /** The whole state, however long it is: what is unread of it doesn't count against the client. */
  begin(text: string): void
  /** Text of the event stream; false when the client reads too slowly and is to be let go. */
  write(text: string): boolean
  end(): void
}

/** What the stream asks for, in a reader's language. */
export interface LiveSource {
  /** Everything at present: a host for each agent, an alert for each live alert. */
  snapshot(language: Language): readonly LiveEvent[]
  /** What changed since the last call; the same for all readers but for its language. */
  drainChanges(): (language: Language) => readonly LiveEvent[]
}

const LANGUAGES: readonly Language[] = ['zh-CN', 'en']
/** A comment line, so that proxies and dead connections are noticed. */
const KEEP_ALIVE_TICKS = 15
const MAX_CLIENTS = 500

/** Server-sent events for the page: the whole state on connecting, then what changes, at most once a second. */
export class LiveStream implements Disposable {
  readonly #source: LiveSource
  readonly #clients = new Set<LiveClient>()
  readonly #timer: NodeJS.Timeout
  readonly #timeZone: () => string
  readonly #isDemo: boolean
  #ticks = 0

  /** @param timeZone IANA name of the zone whose clocks people go by */
  constructor(
    source: LiveSource,
    timeZone: () => string,
    { everyMs = 1_000, isDemo = false }: { everyMs?: number; isDemo?: boolean } = {},
  ) {
    this.#source = source
    this.#timeZone = timeZone
    this.#isDemo = isDemo
    this.#timer = setInterval(() => this.#tick(), everyMs).unref()
  }

  get clients(): number {
    return this.#clients.size
  }

  /** Takes no more clients. */
  get isFull(): boolean {
    return this.#clients.size >= MAX_CLIENTS
  }

  /** Takes a client in and sends it all. */
  join(client: LiveClient): void {
    // What changed before now is in the snapshot; the others get it first.
    this.#send()
    const ready: LiveEvent = {
      type: 'ready',
      timeZone: this.#timeZone(),
      ...(this.#isDemo ? { demo: true } : {}),
    }
    const events = [...this.#source.snapshot(client.language), ready]
    client.begin(`retry: 2000\n\n${events.map(formatEvent).join('')}`)
    this.#clients.add(client)
  }

  leave(client: LiveClient): void {
    this.#clients.delete(client)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    for (const client of this.#clients) client.end()
    this.#clients.clear()
  }

  #tick(): void {
    this.#ticks++
    this.#send()
    if (this.#ticks % KEEP_ALIVE_TICKS === 0)
      for (const client of this.#clients) this.#write(client, ':\n\n')
  }

  #send(): void {
    const changes = this.#source.drainChanges()
    for (const language of LANGUAGES) {
      const readers = [...this.#clients].filter((client) => client.language === language)
      if (readers.length === 0) continue
      const text = changes(language).map(formatEvent).join('')
      if (text !== '') for (const client of readers) this.#write(client, text)
    }
  }

  #write(client: LiveClient, text: string): void {
    if (client.write(text)) return
    this.#clients.delete(client)
    client.end()
  }
}

function formatEvent(event: LiveEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
