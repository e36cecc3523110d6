import type { AgentRegistry } from './agent-registry.ts'
import type { State } from '../state/state.ts'

/**
 * Brings back what an earlier process knew of the agents, and ends the intervals that it left open.
 * Returns until when it watched; undefined: there was none.
 */
export async function recallAgents(
  state: Pick<State, 'agents' | 'life'>,
  registry: AgentRegistry,
): Promise<number | undefined> {
  const lastAliveMs = await state.life.lastAliveMs()
  if (lastAliveMs !== undefined) {
    await state.agents.endOpenIntervals(lastAliveMs, 'the collector stopped')
  }
  for (const row of await state.agents.list()) {
    const agent = registry.of(row.host)
    agent.lastSeenMs = row.lastSeenMs
    agent.lastSequence = row.lastSequence
    agent.address = row.address
    agent.version = row.version
    agent.platform = row.platform
  }
  return lastAliveMs
}
