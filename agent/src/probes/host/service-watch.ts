import type { HostSession } from '../../sources/host.ts'
import { parseNumbers } from './parse-numbers.ts'
import { ProcessReader } from './process-reader.ts'
import { ServiceFinder, type FoundService } from './service-finder.ts'
import type { ServiceSelector } from './service-scope.ts'
import {
  evaluateServiceUsage,
  type ProcessReading,
  type ServiceMemory,
  type ServiceUsage,
} from './service-usage.ts'

const UPTIME = '/proc/uptime'

/** The tick of a run: when, on both clocks. */
export interface RunTime {
  readonly timeMs: number
  readonly monotonicMs: number
}

/** A service at one run, in units of people. */
export interface ServiceObservation {
  readonly service: ServiceSelector
  /** False where the question could not be asked: no such user or pid file, no systemd. */
  readonly answered: boolean
  /** Processes that run; missing where not even that is known. */
  readonly running: number | undefined
  /** Missing while none runs. */
  readonly usage: ObservedUsage | undefined
}

export interface ObservedUsage extends ServiceUsage {
  /** 100 is one core; missing at the first run. */
  readonly cpuPercent: number | undefined
  readonly residentBytes: number
  readonly createdAtMs: number
}

/** Watches services from run to run. */
export class ServiceWatch {
  readonly #services: readonly ServiceSelector[]
  readonly #finder: ServiceFinder
  readonly #reader = new ProcessReader()
  readonly #memories = new Map<string, ServiceMemory>()
  /** As worked out first for the oldest process: a stepped clock must not look like a restart. */
  readonly #created = new Map<string, { startTicks: number; atMs: number }>()
  #lastMonotonicMs: number | undefined

  /** @throws ProbeError as ServiceFinder.open() */
  static async open(services: readonly ServiceSelector[]): Promise<ServiceWatch> {
    return new ServiceWatch(services, await ServiceFinder.open(services))
  }

  private constructor(services: readonly ServiceSelector[], finder: ServiceFinder) {
    this.#services = services
    this.#finder = finder
  }

  observe(session: HostSession, run: RunTime): ServiceObservation[] {
    const rows = session.processes.read(run.timeMs)
    const found = this.#finder.find(session, rows, run.timeMs)
    this.#reader.startRun()
    const observations = this.#services.flatMap((service, place) => {
      const answer = found[place]
      return answer ? [this.#observe(session, service, answer, run)] : []
    })
    this.#lastMonotonicMs = run.monotonicMs
    return observations
  }

  #observe(
    session: HostSession,
    service: ServiceSelector,
    { processes, answered, countKnown }: FoundService,
    run: RunTime,
  ): ServiceObservation {
    const readings = processes
      .map((process) => this.#reader.read(session.processDetails, process))
      .filter((reading) => reading !== undefined)
    return {
      service,
      answered,
      running: countKnown ? readings.length : undefined,
      usage: readings.length > 0 ? this.#evaluate(session, service.name, readings, run) : undefined,
    }
  }

  #evaluate(
    session: HostSession,
    name: string,
    readings: readonly ProcessReading[],
    run: RunTime,
  ): ObservedUsage {
    const usage = evaluateServiceUsage(this.#memories.get(name), readings)
    this.#memories.set(name, usage.memory)
    const cpuMs = (usage.cpuTicks * 1000) / session.ticksPerSecond
    const before = this.#lastMonotonicMs
    return {
      ...usage,
      cpuPercent: before === undefined ? undefined : (100 * cpuMs) / (run.monotonicMs - before),
      residentBytes: usage.residentPages * session.pageBytes,
      createdAtMs: this.#createdAtMs(session, name, usage.oldestStartTicks, run.timeMs),
    }
  }

  #createdAtMs(session: HostSession, name: string, startTicks: number, timeMs: number): number {
    const known = this.#created.get(name)
    if (known?.startTicks === startTicks) return known.atMs
    const [uptime = 0] = parseNumbers(session.files.read(UPTIME), UPTIME)
    const ageMs = 1000 * (uptime - startTicks / session.ticksPerSecond)
    const atMs = Math.round(timeMs - ageMs)
    this.#created.set(name, { startTicks, atMs })
    return atMs
  }
}
