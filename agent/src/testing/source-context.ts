import { openLog } from '@wardround/program'
import { systemClocks, systemTimers } from '../clocks.ts'
import type { SourceContext } from '../source.ts'
import { SourceMemory } from '../source-memory.ts'
import { SourceStanding } from '../source-standing.ts'

/** A source's context as the agent gives it, with the system's clocks and without a state directory unless the test says otherwise. */
export async function makeSourceContext(
  given: Partial<SourceContext> = {},
): Promise<SourceContext> {
  const name = given.name ?? 'bench'
  return {
    name,
    options: {},
    signal: new AbortController().signal,
    statements: [],
    standing: new SourceStanding({ name, type: 'bench' }, systemClocks, () => undefined),
    memory: await SourceMemory.open(undefined, name),
    keepsPlaces: true,
    environment: {},
    clocks: systemClocks,
    timers: systemTimers,
    log: openLog({ name: 'wardround-agent', level: 'silent' }),
    ...given,
  }
}
