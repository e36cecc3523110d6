import type { Agent } from './agent.ts'
import type { AgentSession } from './agent-session.ts'

/** Two processes that claim one identity at the same time. */
export interface IdentityConflict {
  readonly host: string
  /** Address and epoch of the connection that stays. */
  readonly holder: { readonly address: string; readonly epoch: string | undefined }
  /** Of the one that was refused. */
  readonly refused: { readonly address: string; readonly epoch: string | undefined }
}

export interface SuccessionParts {
  /** Asks the other end whether it still answers, with a deadline. */
  answers(session: AgentSession): Promise<boolean>
  onConflict(conflict: IdentityConflict): void
}

/**
 * One connection per identity (design D3). A new one of the same process replaces the old, whatever state that is in. One of another process is
 * refused while the old still answers; an old one that doesn't is cut.
 */
export async function succeed(
  agent: Agent,
  fresh: AgentSession,
  parts: SuccessionParts,
): Promise<boolean> {
  // Another newcomer may have got in while an answer was awaited: then it is the one to be asked.
  for (let old = agent.session; old !== undefined && old !== fresh; old = agent.session) {
    if (old.epoch === fresh.epoch) {
      old.close(4000, 'a newer connection of the same process')
    } else if (await parts.answers(old)) {
      parts.onConflict({ host: agent.host, holder: nameOf(old), refused: nameOf(fresh) })
      fresh.close(4001, `${agent.host} is connected from ${old.address}`)
      return false
    } else {
      old.close(4003, 'did not answer while another connection waited')
    }
    if (agent.session === old) agent.session = undefined
  }
  agent.session = fresh
  return true
}

function nameOf(session: AgentSession): IdentityConflict['holder'] {
  return { address: session.address, epoch: session.epoch }
}
