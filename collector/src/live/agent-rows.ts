import type { AgentRow } from '@wardround/protocol'
import type { Agent } from '../ingest/agent.ts'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import type { HostDirectory } from '../ingest/host-directory.ts'
import type { CurrentValues } from './current-values.ts'

export interface AgentRowSources {
  readonly registry: AgentRegistry
  readonly hosts: HostDirectory
  readonly current: CurrentValues
  /** Hosts that have a token: they are shown before their agent first connects. */
  expectedHosts(): readonly string[]
}

/** The agents as the API and the page show them: what was heard of them, beside what the configuration says. */
export class AgentRows {
  readonly #sources: AgentRowSources

  constructor(sources: AgentRowSources) {
    this.#sources = sources
  }

  /** By name. */
  list(): AgentRow[] {
    const { registry, hosts } = this.#sources
    const names = new Set<string>(this.#sources.expectedHosts())
    for (const { host } of registry) names.add(host)
    for (const { name } of hosts.entries) names.add(name)
    return [...names].sort().map((host) => this.of(host))
  }

  of(host: string): AgentRow {
    const { registry, hosts, current } = this.#sources
    const entry = hosts.find(host)
    return {
      id: host,
      host,
      displayName: entry?.displayName ?? null,
      project: entry?.project ?? null,
      role: entry?.role ?? null,
      place: entry?.place ?? null,
      owner: entry?.owner ?? null,
      ...connectionOf(registry.find(host)),
      current: current.of(host),
    }
  }
}

function connectionOf(
  agent: Agent | undefined,
): Pick<AgentRow, 'version' | 'platform' | 'connected' | 'lastSeen' | 'lastSequence'> {
  const lastSeenMs = agent?.lastSeenMs
  return {
    version: agent?.version ?? null,
    platform: agent?.platform ?? null,
    connected: agent?.session !== undefined,
    lastSeen: lastSeenMs === undefined ? null : new Date(lastSeenMs).toISOString(),
    lastSequence: agent === undefined || agent.lastSequence === 0 ? null : agent.lastSequence,
  }
}
