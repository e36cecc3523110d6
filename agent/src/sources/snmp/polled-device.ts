import type { Keeping } from '../../kept-file.ts'
import { ProbeError } from '../../probe.ts'
import type { Clocks } from '../../clocks.ts'
import type { DeviceLine, LineCounts } from './device-line.ts'
import { readObjects, type Ask } from './read-objects.ts'
import { SnmpError } from './snmp-failure.ts'
import type { SnmpDevice, SnmpPing, SnmpPoll, SnmpRow, TableBounds } from './snmp-session.ts'
import type { SnmpSettings } from './snmp-settings.ts'
import { textOf, type SnmpValue } from './snmp-value.ts'
import { TimedAnswers } from './timed-answers.ts'
import { UpTimeWatch } from './up-time-watch.ts'
import { shrink, walkTable, type WalkPace } from './walk-table.ts'

const SYSTEM = '1.3.6.1.2.1.1'
const MAX_ROWS = 10_000
const MAX_BYTES = 8 * 1024 * 1024
/** Values of one answer: with what is around them they fit into an Ethernet frame. */
const VARBINDS_AT_ONCE = 60
/** So few values were never too many for a packet. */
const SMALL_ENOUGH = 12
/** Tables whose size is remembered. */
const MAX_TABLES = 200

export interface PolledDeviceOptions {
  readonly subject: string
  readonly keeping: Keeping
  readonly kind: WalkPace['kind']
  readonly maxRepetitions: number
  readonly settings: SnmpSettings
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  /** Told what the device says it is, for the page. */
  readonly onDevice: (description: string) => void
}

/** Reads one device over its line: what probes of the source snmp are given. */
export class PolledDevice implements SnmpPoll {
  readonly subject: string
  readonly keeping: Keeping
  readonly settings: SnmpSettings
  readonly #line: DeviceLine
  readonly #clocks: Pick<Clocks, 'monotonicMs'>
  readonly #onDevice: (description: string) => void
  readonly #watch: UpTimeWatch
  readonly #answers: TimedAnswers
  readonly #pace: WalkPace
  readonly #rowsOf = new Map<string, number>()
  #device: { readonly found: SnmpDevice; readonly restarts: number } | undefined

  constructor(line: DeviceLine, options: PolledDeviceOptions) {
    this.subject = options.subject
    this.keeping = options.keeping
    this.settings = options.settings
    this.#line = line
    this.#clocks = options.clocks
    this.#onDevice = options.onDevice
    this.#watch = new UpTimeWatch(options.clocks)
    this.#answers = new TimedAnswers(line, this.#watch)
    const { kind, maxRepetitions } = options
    this.#pace = {
      kind,
      repetitions: maxRepetitions,
      varbinds: Math.max(VARBINDS_AT_ONCE, maxRepetitions),
    }
  }

  get counts(): LineCounts {
    return this.#line.counts
  }

  async device(signal: AbortSignal): Promise<SnmpDevice> {
    const known = this.#device
    if (known !== undefined && known.restarts === this.#watch.restarts) return known.found
    const objects = [1, 2, 4, 5, 6].map((place) => `${SYSTEM}.${place}.0`)
    const values = await this.get(objects, signal)
    const found = toDevice(values)
    this.#device = { found, restarts: this.#watch.restarts }
    this.#onDevice(found.description)
    return found
  }

  async upTimeTicks(signal: AbortSignal): Promise<number> {
    if (this.#watch.ticks === undefined) await this.get([`${SYSTEM}.3.0`], signal)
    return this.#watch.ticks ?? 0
  }

  get(oids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, SnmpValue>> {
    return readObjects(this.#ask(signal), oids)
  }

  async table(
    entry: string,
    columns: readonly number[],
    signal: AbortSignal,
    { maxRows = MAX_ROWS }: TableBounds = {},
  ): Promise<ReadonlyMap<string, SnmpRow>> {
    const { restarts } = this.#watch
    const bounds = { maxRows, maxBytes: MAX_BYTES }
    const known = this.#rowsOf.get(entry)
    const isNew = this.#watch.ticks === undefined
    const rows = await walkTable(this.#ask(signal), entry, columns, this.#pace, bounds, known)
    if (this.#rowsOf.size >= MAX_TABLES) this.#rowsOf.clear()
    this.#rowsOf.set(entry, rows.size)
    if (isNew || this.#watch.restarts === restarts) return rows
    throw new ProbeError('NOT_ANSWERING', {
      zh: `${this.subject} 在读取过程中重启，本次数据作废`,
      en: `${this.subject} was restarted while it was read: what was read is not used`,
    })
  }

  async ping(signal: AbortSignal): Promise<SnmpPing> {
    const startedMs = this.#clocks.monotonicMs()
    try {
      await this.#answers.ask({ kind: 'get', oids: [`${SYSTEM}.3.0`] }, signal)
      const responseMs = this.#clocks.monotonicMs() - startedMs
      return { failure: undefined, responseMs, upTimeTicks: this.#watch.ticks }
    } catch (error) {
      const cause = error instanceof ProbeError ? error.cause : undefined
      if (!(cause instanceof SnmpError)) throw error
      const failure = isOfRequest(error) ? undefined : cause.failure
      return { failure, responseMs: undefined, upTimeTicks: undefined }
    }
  }

  /** A question that finds no answer though the device is there may have been too big a packet: from now on they are smaller. */
  #ask(signal: AbortSignal): Ask {
    return async (request) => {
      try {
        return await this.#answers.ask(request, signal)
      } catch (error) {
        const { kind, oids, repetitions = 1 } = request
        const isLarge = kind === 'bulk' && oids.length * repetitions > SMALL_ENOUGH
        if (isLarge && isOfRequest(error)) shrink(this.#pace, request)
        throw error
      }
    }
  }
}

/** Whether the device answers, but not this request: what is wrong with the device itself, its line has told. */
function isOfRequest(error: unknown): boolean {
  return error instanceof ProbeError && !error.isTold && error.cause instanceof SnmpError
}

function toDevice(values: ReadonlyMap<string, SnmpValue>): SnmpDevice {
  const text = (place: number) => textOf(values.get(`${SYSTEM}.${place}.0`)) ?? ''
  return {
    objectId: text(2),
    description: text(1),
    name: text(5),
    contact: text(4),
    location: text(6),
  }
}
