import { clamp, drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, cpuShare, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'
import type { OraclePlan } from './oracle.ts'

/** Sessions, memory, waits and what V$SYSMETRIC says. */
export function oracleLoadParts(host: HostPlan, plan: OraclePlan): Part[] {
  const { database, instance } = plan
  const seed = seedOf(`oracle load ${instance}`)
  const isBlocked = (timeMs: number) => plan.blocked?.(timeMs) === true
  const active = (timeMs: number) =>
    Math.round(
      1 +
        22 * host.rhythm.level(timeMs) * (1 + 0.3 * drift(seed, timeMs)) +
        (isBlocked(timeMs) ? 46 : 0),
    )
  const idle = (timeMs: number) => Math.round(70 + 160 * host.rhythm.level(timeMs))
  const tags = { database, instance }
  return [
    part(
      'oracle.session',
      'oracle_session',
      { ...tags, status: 'ACTIVE', type: 'USER' },
      (timeMs) => ({ count: active(timeMs) }),
    ),
    part(
      'oracle.session',
      'oracle_session',
      { ...tags, status: 'INACTIVE', type: 'USER' },
      (timeMs) => ({ count: idle(timeMs) }),
    ),
    part(
      'oracle.session',
      'oracle_session',
      { ...tags, status: 'ACTIVE', type: 'BACKGROUND' },
      () => ({ count: 62 }),
    ),
    part('oracle.session', 'oracle_sessions', tags, (timeMs) => {
      const total = active(timeMs) + idle(timeMs) + 62
      const blocked = isBlocked(timeMs)
        ? 38
        : random(seed, Math.floor(timeMs / 30_000)) < 0.04
          ? 1
          : 0
      return {
        total,
        blocked,
        blocked_over_600s: isBlocked(timeMs) ? 31 : 0,
        blocked_percent: (blocked / total) * 100,
        oldest_active_seconds: isBlocked(timeMs)
          ? 3_600
          : 4 + Math.round(40 * random(seed, Math.floor(timeMs / 30_000)) ** 4),
      }
    }),
    ...(['processes', 'sessions'] as const).map((resource) =>
      part('oracle.resource', 'oracle_resource', { ...tags, resource }, (timeMs) => {
        const limit = resource === 'processes' ? 800 : 1_224
        const current = active(timeMs) + idle(timeMs) + 62
        return { current, max: 418, limit, used_percent: (current / limit) * 100 }
      }),
    ),
    ...memoryParts(host, tags),
    ...redoParts(host, tags),
    ...waitParts(host, tags, plan.blockedSeconds ?? (() => 0)),
    ...metricParts(host, tags, active),
    ...fileParts(host, tags),
  ]
}

type Tags = Readonly<Record<'database' | 'instance', string>>

function memoryParts(host: HostPlan, tags: Tags): Part[] {
  const pools = {
    buffer_cache: 24 * GIB,
    shared_pool: 6 * GIB,
    large_pool: 256 * MIB,
    log_buffer: 64 * MIB,
  }
  const overs = counterOf(host, 'pga over-allocations', 0)
  return [
    ...Object.entries(pools).map(([component, bytes]) =>
      part('oracle.sga', 'oracle_sga', { ...tags, component }, () => ({ bytes })),
    ),
    part('oracle.pga', 'oracle_pga', tags, (timeMs) => ({
      inuse_bytes: 1.2 * GIB + 2.4 * GIB * host.rhythm.level(timeMs),
      allocated_bytes: 2 * GIB + 2.6 * GIB * host.rhythm.level(timeMs),
      max_allocated_bytes: 6.2 * GIB,
      aggregate_target_bytes: 8 * GIB,
      over_allocation_total: overs(timeMs),
    })),
  ]
}

function redoParts(host: HostPlan, tags: Tags): Part[] {
  const switches = (timeMs: number) => Math.round(1 + 5 * host.rhythm.level(timeMs))
  return [
    part('oracle.redo', 'oracle_redo', tags, (timeMs) => ({
      groups: 4,
      members_min: 2,
      bytes_min: 2 * GIB,
      inactive_or_unused: 3,
      switches_1h: switches(timeMs),
      log_switch_max_1h: 7,
    })),
  ]
}

function waitParts(host: HostPlan, tags: Tags, blockedSeconds: (timeMs: number) => number): Part[] {
  const classes = {
    'User I/O': 0.7,
    'System I/O': 0.25,
    Commit: 0.12,
    Concurrency: 0.05,
    Network: 0.06,
    Application: 0.02,
  }
  return Object.entries(classes).map(([waitClass, share]) => {
    const waits = counterOf(host, `waits ${waitClass}`, share * 900)
    return part('oracle.wait', 'oracle_wait', { ...tags, wait_class: waitClass }, (timeMs) => ({
      time_waited_seconds_total:
        waits(timeMs) * 0.0011 + (waitClass === 'Application' ? blockedSeconds(timeMs) : 0),
      waits_total: waits(timeMs),
    }))
  })
}

/** [metric, at rest, at the week's busiest]. */
const METRICS: readonly (readonly [string, number, number])[] = [
  ['buffer_cache_hit_percent', 99.4, 98.2],
  ['library_cache_hit_percent', 99.6, 98.9],
  ['executions_per_second', 90, 2_600],
  ['user_transactions_per_second', 2, 74],
  ['user_rollbacks_per_second', 0, 0.4],
  ['hard_parses_per_second', 0.4, 9],
  ['logons_per_second', 0.2, 2.4],
  ['physical_reads_per_second', 160, 3_900],
  ['physical_writes_per_second', 40, 720],
  ['physical_read_bytes_per_second', 6e6, 110e6],
  ['physical_write_bytes_per_second', 2e6, 24e6],
  ['redo_bytes_per_second', 90_000, 2.6e6],
  ['io_requests_per_second', 210, 4_400],
  ['io_bytes_per_second', 8e6, 130e6],
  ['database_cpu_time_percent', 78, 61],
  ['database_wait_time_percent', 22, 39],
  ['sql_service_response_seconds', 0.002, 0.011],
  ['temp_space_bytes', 64e6, 3.1e9],
]

function metricParts(host: HostPlan, tags: Tags, active: (timeMs: number) => number): Part[] {
  const rows = METRICS.map(([metric, rest, busiest]) => {
    const seed = seedOf(`${tags.instance} ${metric}`)
    const isPercent = metric.endsWith('_percent')
    return part('oracle.sysmetric', 'oracle_sysmetric', { ...tags, metric }, (timeMs) => {
      const value =
        rest +
        (busiest - rest) *
          host.rhythm.level(timeMs) *
          (1 + (isPercent ? 0.05 : 0.3) * drift(seed, timeMs))
      return { value: clamp(value, 0, isPercent ? 100 : Infinity) }
    })
  })
  return [
    ...rows,
    part(
      'oracle.sysmetric',
      'oracle_sysmetric',
      { ...tags, metric: 'average_active_sessions' },
      (timeMs) => ({ value: active(timeMs) * 0.7 }),
    ),
    part(
      'oracle.sysmetric',
      'oracle_sysmetric',
      { ...tags, metric: 'host_cpu_percent' },
      (timeMs) => ({ value: 100 * cpuShare(host, timeMs) }),
    ),
  ]
}

function fileParts(host: HostPlan, tags: Tags): Part[] {
  return ['health_data01.dbf', 'users01.dbf'].map((file, at) => {
    const reads = counterOf(host, `${file} reads`, 120 / (at + 1))
    const writes = counterOf(host, `${file} writes`, 40 / (at + 1))
    return part('oracle.file-io', 'oracle_file_io', { ...tags, file }, (timeMs) => ({
      reads: reads(timeMs),
      writes: writes(timeMs),
      read_ms: Math.floor(reads(timeMs) * 0.8),
      write_ms: Math.floor(writes(timeMs) * 1.1),
    }))
  })
}
