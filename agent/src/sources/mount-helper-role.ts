import { statfs } from 'node:fs'
import { toFailedAnswer, toSpace, type SpaceAnswer } from './space-answer.ts'

/** From the agent to the helper, one message per question. */
export interface SpaceQuestion {
  readonly id: number
  readonly path: string
}

/** From the helper to the agent, whenever the call comes back. */
export interface SpaceReply {
  readonly id: number
  readonly answer: SpaceAnswer
}

/**
 * Asks file systems that may never answer. Each hanging call keeps one thread of libuv's pool, whose
 * size the agent sets; the others go on.
 */
export function startRole(): void {
  process.on('message', (message) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent alone holds the other end
    const { id, path } = message as SpaceQuestion
    statfs(path, (error, statistics) => {
      const answer: SpaceAnswer = error
        ? toFailedAnswer(error.code ?? 'UNKNOWN')
        : { kind: 'answered', space: toSpace(statistics) }
      const reply: SpaceReply = { id, answer }
      process.send?.(reply)
    })
  })
  // Not exit(): that waits for the threads of the pool, of which one may hang for ever.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
}
