import type { MetricKind, Shape } from '@wardround/protocol'
import { makeShape } from '@wardround/protocol'
import { HostModel } from './host-model/host-model.ts'

/*
 * Invented hosts for the benchmarks, the same for every store, codec and peer: 400 series a host with the names of metrics.md section 1
 * and values of the kinds that a database or Tomcat server gives:
 *
 *   percentages   rounded to 0.01, wandering around a level of their own and with the host's activity
 *   sizes         multiples of 1024 (/proc/meminfo) or 4096 (file systems), wandering; totals constant
 *   counters      growing by irregular amounts on busy devices, by a little now and then on quiet ones, standing still on unused ones
 *   durations     rounded to 0.001 ms
 *   constants     number of CPUs, boot time, limits; errors and drops that stay at zero
 *
 * Of the 400, in any interval some 50 % are what they were in the interval before, as on a real server of middling load.
 * All is drawn from one seed per host, with integer arithmetic and without transcendental functions: the same bits on every machine.
 */

export interface HostDataOptions {
  readonly hosts: number
  readonly intervals: number
  /** Default 1. */
  readonly seed?: number
  /** Time of the first interval, epoch ms. Default 2026-01-05T00:00:00Z. */
  readonly fromMs?: number
  /** Default 10,000. */
  readonly everyMs?: number
}

/** What one host measured at one time. */
export interface HostInterval {
  /** From 0. */
  readonly host: number
  readonly timeMs: number
  /** One value for each of HOST_SHAPES; a fresh array. */
  readonly values: Float64Array
}

const FROM_MS = Date.UTC(2026, 0, 5)

/** Fields that only rise, by measurement; all others are gauges. */
const COUNTERS: Readonly<Record<string, RegExp>> = {
  swap: /^(in|out)$/,
  diskio: /^(reads|writes|read_|write_|io_time|weighted|merged)/,
  net: /^(bytes|packets|err|drop)_/,
  nstat: /./,
  kernel: /^(context|interrupts|processes)/,
  kernel_vmstat: /./,
  pressure: /^total$/,
  procstat: /_bytes$/,
  agent: /_total$/,
}

/** The series of each host, in the order of the values. */
export const HOST_SHAPES: readonly Shape[] = hostShapes()

/** e.g. `host-0007`. */
export function hostName(host: number): string {
  return `host-${String(host).padStart(4, '0')}`
}

/** All hosts' intervals in the order of time. Hosts measure at phases of their own, spread over the interval. */
export function* hostIntervals(options: HostDataOptions): Generator<HostInterval> {
  const everyMs = options.everyMs ?? 10_000
  const fromMs = options.fromMs ?? FROM_MS
  const models = Array.from(
    { length: options.hosts },
    (_, host) => new HostModel(((options.seed ?? 1) * 1_000_003 + host) | 0, everyMs, fromMs),
  )
  for (let interval = 0; interval < options.intervals; interval++) {
    for (const [host, model] of models.entries()) {
      const phaseMs = Math.floor((host * everyMs) / options.hosts)
      const values = new Float64Array(HOST_SHAPES.length)
      model.measure(values)
      yield { host, timeMs: fromMs + interval * everyMs + phaseMs, values }
    }
  }
}

function hostShapes(): Shape[] {
  const shapes: Shape[] = []
  const model = new HostModel(0, 10_000, FROM_MS)
  for (const { measurement, tags, fields } of model.layout()) {
    for (const field of fields) {
      shapes.push(makeShape(measurement, tags, field, kindOf(measurement, field)))
    }
  }
  return shapes
}

function kindOf(measurement: string, field: string): MetricKind {
  return COUNTERS[measurement]?.test(field) === true ? 'counter' : 'gauge'
}
