import { drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

/** What an agent says of itself: its own upkeep, its sources and each of its probes. */
export function agentParts(
  plan: HostPlan,
  probes: readonly { readonly probe: string; readonly rows: number }[],
): Part[] {
  return [
    selfPart(plan),
    ...plan.sources.map(({ source, type }) => sourcePart(plan, source, type)),
    ...probes.map(({ probe, rows }) => probePart(plan, probe, rows)),
  ]
}

function selfPart(plan: HostPlan): Part {
  const seed = seedOf(`agent ${plan.name}`)
  const samples = counterOf(plan, 'samples', 60)
  const cpu = counterOf(plan, 'agent cpu', 9)
  return part('agent.self', 'agent', {}, (timeMs) => {
    const collected = samples(timeMs)
    return {
      rss_bytes: Math.round(62e6 + 2e6 * drift(seed, timeMs)),
      cpu_seconds_total: cpu(timeMs) / 1000,
      outbox_bytes: 0,
      outbox_batches: 0,
      outbox_failure: 0,
      outbox_corrupt_total: 0,
      collected_total: collected,
      recovered_total: 0,
      stored_total: collected,
      queued: 0,
      dropped_total: 0,
      sent_total: collected,
      ack_latency_ms: 3 + 9 * random(seed, Math.floor(timeMs / 10_000)) ** 3,
      reconnects_total: 1,
    }
  })
}

function sourcePart(plan: HostPlan, source: string, type: string): Part {
  const statements = counterOf(plan, `statements ${source}`, 0.8)
  return part('agent.sources', 'source', { source, type }, (timeMs) => {
    const sent = statements(timeMs)
    return {
      state: 2,
      connections_total: 1,
      statements_total: sent,
      failures_total: 0,
      busy_seconds_total: sent * 0.02,
      session_cpu_seconds_total: sent * 0.004,
      statements_left_out: 0,
    }
  })
}

function probePart(plan: HostPlan, probe: string, rows: number): Part {
  const seed = seedOf(`probe ${plan.name} ${probe}`)
  const usual = 0.3 + 12 * random(seed, 0) ** 4
  return part(
    'agent.runner',
    'probe',
    { probe, target: probe.startsWith('host.') ? 'host' : (probe.split('.')[0] ?? '') },
    (timeMs) => ({
      success: 1,
      duration_ms: usual * (0.7 + 0.8 * random(seed, Math.floor(timeMs / 10_000))),
      samples: rows,
      error_code: 0,
    }),
  )
}
