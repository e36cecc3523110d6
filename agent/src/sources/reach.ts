import type { SourceReference } from '../probe.ts'
import type { Session, Source, SourceContext } from '../source.ts'
import { findReachProblems } from './reach/find-problems.ts'
import { REACH_OPTIONS } from './reach/reach-options.ts'
import type { ReachSession } from './reach/reach-session.ts'

/** For `source:` of a probe. */
export const reach: SourceReference<ReachSession> = { type: 'reach' }

/** What can be reached from this host: ping, TCP, HTTP, DNS; and files that should come or go. */
export const reachSource: Source<ReachSession> = {
  type: 'reach',
  platforms: ['linux', 'darwin', 'win32'],
  options: REACH_OPTIONS,
  check: findReachProblems,
  async open(context: SourceContext): Promise<Session<ReachSession>> {
    const { openReach } = await import('./reach/open-reach.ts')
    return openReach(context)
  },
}
