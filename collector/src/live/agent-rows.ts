import type { AgentRow, HostCurrent } from '@wardround/protocol'
import type { Agent } from '../ingest/agent.ts'
import type { AgentRegistry } from '../ingest/agent-registry.ts'
import type { SubjectBook } from '../ingest/subject-book.ts'
import type { HostDirectory } from '../ingest/host-directory.ts'
import type { CurrentValues } from './current-values.ts'

export interface AgentRowSources {
  readonly registry: AgentRegistry
  readonly hosts: HostDirectory
  readonly current: CurrentValues
  readonly subjects: Pick<SubjectBook, 'list' | 'holderOf'>
  readonly nowMs: () => number
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
    const { registry, hosts, subjects } = this.#sources
    const names = new Set<string>(this.#sources.expectedHosts())
    for (const { host } of registry) names.add(host)
    for (const { name } of subjects.list()) names.add(name)
    for (const { name } of hosts.entries) names.add(name)
    return [...names].sort().map((host) => this.of(host))
  }

  of(host: string): AgentRow {
    const { registry, hosts, current, subjects } = this.#sources
    const entry = hosts.find(host)
    const { project, role } = hosts.placeOf(host)
    const polledBy = subjects.holderOf(host)
    const now = current.of(host)
    return {
      id: host,
      host,
      displayName: entry?.displayName ?? null,
      project: project ?? null,
      role: role ?? null,
      place: entry?.place ?? null,
      owner: entry?.owner ?? null,
      polledBy: polledBy ?? null,
      ...(polledBy === undefined
        ? connectionOf(registry.find(host), this.#sources.nowMs())
        : polledOf(registry.find(polledBy), now)),
      current: now,
    }
  }
}

type Connection = Pick<AgentRow, 'version' | 'platform' | 'connected' | 'lastSeen' | 'lastSequence'>

/** What is polled is there as long as its agent is connected and says that it answers. */
function polledOf(agent: Agent | undefined, { timeMs, answers }: HostCurrent): Connection {
  return {
    version: null,
    platform: null,
    connected: agent?.session !== undefined && answers === true,
    lastSeen: timeMs === null ? null : new Date(timeMs).toISOString(),
    lastSequence: null,
  }
}

/** A host that is written about by line protocol counts as connected until nothing has come for so long. */
const WRITTEN_WITHIN_MS = 180_000

function connectionOf(agent: Agent | undefined, nowMs: number): Connection {
  const lastSeenMs = agent?.lastSeenMs
  return {
    version: agent?.version ?? null,
    platform: agent?.platform ?? null,
    connected:
      agent?.session !== undefined || nowMs - (agent?.writtenAtMs ?? -Infinity) < WRITTEN_WITHIN_MS,
    lastSeen: lastSeenMs === undefined ? null : new Date(lastSeenMs).toISOString(),
    lastSequence: agent === undefined || agent.lastSequence === 0 ? null : agent.lastSequence,
  }
}
