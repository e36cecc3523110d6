import { clamp, drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, GIB, MIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

export interface TomcatPlan {
  readonly instance: string
  /** Its application runs short of threads. */
  readonly isShort: (timeMs: number) => boolean
}

const SOURCE = 'http://127.0.0.1:8080/manager/jmxproxy'
const MAX_THREADS = 200

export function tomcatParts(host: HostPlan, plan: TomcatPlan): Part[] {
  const { instance } = plan
  const seed = seedOf(`tomcat ${host.name}`)
  const busy = (timeMs: number) =>
    clamp(
      Math.round(
        2 +
          64 * host.rhythm.level(timeMs) * (1 + 0.4 * drift(seed, timeMs)) +
          (plan.isShort(timeMs) ? 150 : 0),
      ),
      1,
      MAX_THREADS - 4,
    )
  return [
    part('tomcat.up', 'tomcat_up', { instance }, (timeMs) => ({
      up: 1,
      error_code: 0,
      http_ms:
        4 +
        30 * host.rhythm.level(timeMs) * random(seed, Math.floor(timeMs / 15_000)) +
        (plan.isShort(timeMs) ? 900 : 0),
      http_status: 200,
      port_open: 1,
      process_found: 1,
      manager_error_code: 0,
      uptime_seconds: (timeMs - host.bootMs(timeMs)) / 1000 - 240,
    })),
    connectorPart(host, instance, busy),
    ...applicationParts(host, instance, busy),
    ...memoryParts(host, instance),
    ...accessParts(host, instance),
  ]
}

function connectorPart(host: HostPlan, instance: string, busy: (timeMs: number) => number): Part {
  const requests = counterOf(host, `${instance} requests`, 96)
  const tags = { instance, name: 'http-nio-8080', source: SOURCE }
  return part('tomcat.connector', 'tomcat_connector', tags, (timeMs) => {
    const threads = busy(timeMs)
    const asked = requests(timeMs)
    return {
      max_threads: MAX_THREADS,
      current_thread_count: Math.min(MAX_THREADS, Math.max(25, threads + 12)),
      current_threads_busy: threads,
      busy_percent: (threads / MAX_THREADS) * 100,
      keepalive: Math.round(threads * 0.7),
      request_count: asked,
      error_count: Math.floor(asked / 2_400),
      processing_time: asked * 46,
      max_time: 9_800,
      bytes_received: asked * 720,
      bytes_sent: asked * 14_200,
    }
  })
}

function applicationParts(
  host: HostPlan,
  instance: string,
  busy: (timeMs: number) => number,
): Part[] {
  const created = counterOf(host, `${instance} sessions`, 0.9)
  const place = { instance, virtual_host: 'localhost', path: '/health' }
  const sessions = (timeMs: number) => Math.round(20 + 620 * host.rhythm.level(timeMs))
  return [
    part('tomcat.context', 'tomcat_context', place, (timeMs) => ({
      state: 1,
      sessions_active: sessions(timeMs),
      sessions_max: 790,
      sessions_created_total: created(timeMs),
      sessions_rejected_total: 0,
      expired_total: Math.max(0, created(timeMs) - sessions(timeMs)),
    })),
    part('tomcat.datasource', 'tomcat_datasource', { ...place, name: 'jdbc/health' }, (timeMs) => {
      const active = Math.min(58, Math.round(busy(timeMs) * 0.35))
      return {
        active,
        idle: Math.max(0, 30 - active),
        max: 60,
        wait: 0,
        used_percent: (active / 60) * 100,
      }
    }),
    part('tomcat.thread', 'tomcat_thread', { instance }, (timeMs) => ({
      count: 60 + busy(timeMs),
      peak: 268,
    })),
  ]
}

function memoryParts(host: HostPlan, instance: string): Part[] {
  const max = 8 * GIB
  const pools = [
    ['G1 Eden Space', 0.5],
    ['G1 Old Gen', 0.42],
    ['G1 Survivor Space', 0.02],
  ] as const
  // a saw: the heap fills, the collector of rubbish empties it
  const saw = (timeMs: number) => (timeMs / 210_000) % 1
  const used = (timeMs: number) =>
    2.1 * GIB + host.rhythm.level(timeMs) * GIB + saw(timeMs) * 2.4 * GIB
  const young = counterOf(host, `${instance} young collections`, 0.011)
  const old = counterOf(host, `${instance} old collections`, 0.0001)
  return [
    part('tomcat.jvm-memory', 'tomcat_jvm_memory', { instance, source: SOURCE }, (timeMs) => ({
      free: max - used(timeMs),
      total: max,
      max,
      used_percent: (used(timeMs) / max) * 100,
      heap_used: used(timeMs),
      nonheap_used: 310 * MIB,
    })),
    ...pools.map(([name, share]) =>
      part(
        'tomcat.jvm-memory',
        'tomcat_jvm_memorypool',
        { instance, name, type: 'Heap memory', source: SOURCE },
        (timeMs) => ({
          init: 512 * MIB * share,
          committed: max * share,
          max: max * share,
          used: used(timeMs) * share,
          used_percent: (used(timeMs) / max) * 100,
        }),
      ),
    ),
    ...(
      [
        ['G1 Young Generation', young, 21],
        ['G1 Old Generation', old, 460],
      ] as const
    ).map(([name, count, ms]) =>
      part('tomcat.gc', 'tomcat_gc', { instance, name }, (timeMs) => ({
        count_total: count(timeMs),
        time_ms_total: count(timeMs) * ms,
      })),
    ),
  ]
}

function accessParts(host: HostPlan, instance: string): Part[] {
  const paces = { '2xx': 91, '3xx': 3, '4xx': 1.6, '5xx': 0.03 }
  const lines = counterOf(host, `${instance} access lines`, 96)
  return [
    ...Object.entries(paces).map(([status, pace]) => {
      const requests = counterOf(host, `${instance} ${status}`, pace)
      return part('tomcat.access-log', 'tomcat_access', { instance, status }, (timeMs) => ({
        requests_total: requests(timeMs),
        bytes_total: requests(timeMs) * 14_000,
        duration_ms_total: requests(timeMs) * 47,
      }))
    }),
    part(
      'tomcat.access-log',
      'tomcat_access_log',
      { instance, file: 'localhost_access_log' },
      (timeMs) => ({
        lag_bytes: 0,
        lines_total: lines(timeMs),
        unparsed_lines_total: 0,
      }),
    ),
  ]
}
