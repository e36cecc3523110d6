import { clamp, drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import type { Rhythm } from '../rhythm.ts'
import { GIB } from './host-life.ts'

export interface ArrayPlan {
  readonly array: string
  readonly rhythm: Rhythm
  readonly disks: number
  /** One of them foretells its failure. */
  readonly diskFails: (timeMs: number) => boolean
  /** Growth of what is used since the demo began, as a share a day. */
  readonly used: (timeMs: number) => number
}

const TIB = 1024 * GIB
const FAILING_DISK = 7

export function diskArrayParts(plan: ArrayPlan): Part[] {
  const { array } = plan
  const seed = seedOf(array)
  return [
    part('snmp.up', 'snmp_up', {}, (timeMs) => {
      const asked = Math.floor(timeMs / 60_000) % 1_000_000
      return {
        up: 1,
        response_ms: 31 + 9 * (1 + drift(seed, timeMs)),
        error_code: 0,
        uptime_seconds: (timeMs - Date.UTC(2024, 9, 2)) / 1000,
        requests_total: asked * 30,
        varbinds_total: asked * 1_600,
        timeouts_total: 0,
      }
    }),
    ...controllerParts(plan),
    ...Array.from({ length: plan.disks }, (_, number) => diskPart(plan, number)),
    ...['Fan 0.0', 'Fan 0.1', 'Fan 0.2', 'Fan 0.3'].map((name) => simplePart(array, 'fan', name)),
    ...['PSU 0', 'PSU 1'].map((name) => simplePart(array, 'power', name)),
    ...['BBU 0', 'BBU 1'].map((name) => simplePart(array, 'battery', name)),
    ...(['Pool-DB', 'Pool-File'] as const).map((name, at) => poolPart(plan, name, at)),
    ...['HEALTH-DATA', 'HEALTH-FRA', 'REPORT-DATA', 'FILE-01'].map((name, at) =>
      lunPart(plan, name, at),
    ),
  ]
}

function controllerParts({ array, rhythm }: ArrayPlan): Part[] {
  return ['0A', '0B'].map((name) => {
    const seed = seedOf(`${array} controller ${name}`)
    return part(
      'snmp.array-component',
      'array_component',
      { array, type: 'controller', name },
      (timeMs) => ({
        health: 0,
        running: 1,
        temp_c: 38 + 5 * rhythm.level(timeMs),
        cpu_percent: clamp(6 + 34 * rhythm.level(timeMs) + 4 * drift(seed, timeMs), 0, 100),
        mem_percent: 58 + 3 * drift(seed ^ 1, timeMs),
      }),
    )
  })
}

function diskPart({ array, rhythm, diskFails }: ArrayPlan, number: number): Part {
  const name = `CTE0.${number}`
  const seed = seedOf(`${array} ${name}`)
  const fails = (timeMs: number) => number === FAILING_DISK && diskFails(timeMs)
  return part(
    'snmp.array-component',
    'array_component',
    { array, type: 'disk', name },
    (timeMs) => ({
      health: fails(timeMs) ? 1 : 0,
      running: 1,
      temp_c: 33 + 4 * rhythm.level(timeMs) + drift(seed, timeMs) + (fails(timeMs) ? 5 : 0),
      size_bytes: 3.84e12,
      power_on_hours: 26_300 + Math.floor((timeMs % 31_536_000_000) / 3_600_000),
      media_life_left_percent: fails(timeMs) ? 31 : 86 - (seed % 9),
      predicted_failure: fails(timeMs) ? 1 : 0,
      wear_percent: fails(timeMs) ? 69 : 14 + (seed % 9),
    }),
  )
}

function simplePart(array: string, type: string, name: string): Part {
  const seed = seedOf(`${array} ${name}`)
  return part('snmp.array-component', 'array_component', { array, type, name }, (timeMs) => ({
    health: 0,
    running: 1,
    rpm: type === 'fan' ? Math.round(5_100 + 90 * drift(seed, timeMs)) : undefined,
    watts: type === 'power' ? Math.round(290 + 20 * drift(seed, timeMs)) : undefined,
  }))
}

function poolPart({ array, used }: ArrayPlan, name: string, at: number): Part {
  const total = (at === 0 ? 40 : 24) * TIB
  return part('snmp.array-pool', 'array_pool', { array, name }, (timeMs) => {
    const usedBytes = total * clamp(used(timeMs) - 0.14 * at, 0, 1)
    return {
      health: 0,
      running: 1,
      total,
      used: usedBytes,
      free: total - usedBytes,
      used_percent: (usedBytes / total) * 100,
    }
  })
}

function lunPart({ array, rhythm }: ArrayPlan, name: string, at: number): Part {
  const seed = seedOf(`${array} ${name}`)
  const size = (8 - at) * TIB
  return part('snmp.array-lun', 'array_lun', { array, name }, (timeMs) => {
    const load = rhythm.level(timeMs) / (at + 1)
    return {
      health: 0,
      running: 1,
      size_bytes: size,
      used_bytes: size * 0.74,
      latency_ms: 0.5 + 0.9 * load + 0.1 * (1 + drift(seed, timeMs)),
      iops: 120 + 5_200 * load * (1 + 0.2 * drift(seed ^ 1, timeMs)),
      bps: 4e6 + 130e6 * load,
    }
  })
}
