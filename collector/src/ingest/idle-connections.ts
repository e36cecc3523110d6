import type { AgentRegistry } from './agent-registry.ts'

export interface IdleDeadlines {
  /** An agent pings every 20 s unless told otherwise; one that was silent for twice as long is gone. */
  readonly silenceMs: number
}

/** Cuts connections on which nothing was heard for too long (a half-open one ends no other way), and lets go of agents that wait in vain; one timer for all. */
export function watchIdleConnections(
  registry: AgentRegistry,
  { silenceMs }: IdleDeadlines,
  monotonicMs: () => number,
): Disposable {
  const timer = setInterval(
    () => {
      const before = monotonicMs() - silenceMs
      for (const { session } of registry) {
        if (session === undefined) continue
        session.closeIfStalled()
        if (session.lastHeardMs < before) {
          session.cut(4003, `nothing heard for ${Math.round(silenceMs / 1000)} s`)
        }
      }
    },
    Math.max(20, silenceMs / 8),
  )
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
