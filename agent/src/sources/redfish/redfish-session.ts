import type { Clocks } from '../../clocks.ts'
import { KeptFile } from '../../kept-file.ts'
import { ProbeError } from '../../probe.ts'
import { numberOf, textOf } from '../../row.ts'
import { ConnectError, type ConnectFailure } from '../server/connect-failure.ts'
import { StatementError } from '../server/server-driver.ts'
import type { SourceContext } from '../../source.ts'
import { keepMost } from '../keep-most.ts'
import type { ServerSession } from '../server/server-session.ts'
import { LineError } from '../http/line-error.ts'
import { CollectionMemory } from './collection-memory.ts'
import { isSeenEntries, type SeenEntries } from './device-logs.ts'
import { ownPath } from './own-path.ts'
import { RedfishReading, type ReadDevice, type RedfishPage } from './redfish-reading.ts'
import { SESSION_IS_OVER, type RedfishConnection } from './redfish-connection.ts'
import { GET, ROOT } from './redfish-statements.ts'
import type { RedfishTarget } from './redfish-target.ts'
import type { Resource } from './resource.ts'

/** How the device answered. */
export interface RedfishPing {
  readonly up: boolean
  /** From the request for the service root to its whole answer. */
  readonly responseMs: number | undefined
  readonly failure: ConnectFailure | undefined
}

/** Logs of one device whose entries are remembered. */
const MAX_LOGS = 32

/** What the probes of one device read through. */
export class RedfishSession implements ReadDevice {
  /** Name of the device: host of its series, and the tag `array`. */
  readonly subject: string
  readonly origin: string
  readonly collections: CollectionMemory
  readonly #server: ServerSession<RedfishConnection>
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  readonly #seen: KeptFile<SeenEntries>
  /** Logs that this process asked for. */
  readonly #asked = new Set<string>()

  constructor(
    { subject, url }: RedfishTarget,
    server: ServerSession<RedfishConnection>,
    context: Pick<SourceContext, 'clocks' | 'memory' | 'keepsPlaces'>,
  ) {
    this.subject = subject
    this.origin = url.origin
    this.#server = server
    this.#clocks = context.clocks
    this.collections = new CollectionMemory(context.clocks)
    this.#seen = new KeptFile(context, 'redfish-logs', isSeenEntries)
  }

  /** Whether a session can be had and answers. @throws NoDataError while the source is paused or quiet; ProbeError DEADLINE */
  async ping(signal: AbortSignal): Promise<RedfishPing> {
    try {
      const responseMs = await this.#anew(() =>
        this.#server.use(signal, async (connection) => {
          const startedMs = this.#clocks.monotonicMs()
          await this.#server.send(connection, ROOT)
          return this.#clocks.monotonicMs() - startedMs
        }),
      )
      return { up: true, responseMs, failure: undefined }
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error
      return { up: false, responseMs: undefined, failure: failureOf(error) }
    }
  }

  /** Begins one run's reading, with its own bound of requests. */
  read(signal: AbortSignal): RedfishReading {
    return new RedfishReading(this, signal)
  }

  /** The service root, as it was when the session was opened. @throws as page() does */
  root(signal: AbortSignal): Promise<Resource> {
    return this.#server.use(signal, async ({ root }) => root)
  }

  /**
   * One GET. A session that the device ended is opened anew, once.
   * @throws ProbeError NOT_ANSWERING, REFUSED, DEADLINE; NoDataError while the source is paused or quiet
   */
  async page(path: string, signal: AbortSignal): Promise<RedfishPage> {
    if (ownPath(path, this.origin) !== path)
      throw new Error(`${path} is no path of this device; nothing was sent`)
    const [row = {}] = await this.#anew(() => this.#server.rows([GET], signal, [path]))
    return { status: numberOf(row, 'STATUS') ?? 0, body: textOf(row, 'BODY') ?? '' }
  }

  /** Keys of the entries that a log held when it was read last; undefined for one that never was. */
  async seenEntries(log: string): Promise<readonly string[] | undefined> {
    this.#asked.add(log)
    return (await this.#seen.read())?.[log]
  }

  /** Written where they changed. Of a device with more logs than are remembered, the same ones are, each time. */
  async keepSeenEntries(log: string, keys: readonly string[]): Promise<void> {
    const seen = (await this.#seen.read()) ?? {}
    if (seen[log]?.join('\n') === keys.join('\n')) return
    const all = new Map([...Object.entries(seen), [log, keys] as const])
    const kept = keepMost(all, (one) => this.#asked.has(one), MAX_LOGS)
    if (kept.has(log)) await this.#seen.write(Object.fromEntries(kept))
  }

  async #anew<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (!isSessionOver(error)) throw error
      return await work()
    }
  }
}

function isSessionOver(error: unknown): boolean {
  const cause = error instanceof ProbeError ? error.cause : undefined
  return cause instanceof StatementError && cause.vendorCode === SESSION_IS_OVER
}

function failureOf({ cause }: ProbeError): ConnectFailure {
  if (cause instanceof ConnectError) return cause.failure
  if (!(cause instanceof StatementError)) return 'other'
  return cause.cause instanceof LineError ? cause.cause.failure : 'other'
}
