import { parseDurationMs } from '@wardround/program'
import type { EventItem, SampleBlock } from '@wardround/protocol'
import type { AcceptedBatch } from '../../accepted-batch.ts'
import type { Alert, Transition } from '../alert.ts'
import type { RuleSet } from '../compiled-rule.ts'
import { RuleEngine } from '../engine.ts'
import { EventTracks } from './event-tracks.ts'
import { FindingTracks } from './finding-tracks.ts'
import { MAX_STEPS } from './parse-values.ts'
import { SampleTracks } from './sample-tracks.ts'
import { SignTracks } from './sign-tracks.ts'
import type { RuleTest } from './unit-test-schema.ts'

/** What came of a test. Times are milliseconds from its first samples. */
export interface TestRun {
  readonly changes: readonly FoundChange[]
  /** By place in the test's `phases`: the alerts that lived then. */
  readonly alertsAt: readonly (readonly Alert[])[]
}

export interface FoundChange {
  readonly sinceMs: number
  readonly transition: Transition
}

/** Noon in China on a day like any other. */
const START_MS = Date.UTC(2026, 10, 24, 4)

/** Steps of a test: one a value of its longest series, more where it says how long it lasts. */
export function stepsOf(
  { every, lasts }: Pick<RuleTest, 'every' | 'lasts'>,
  values: number,
): number {
  const asked =
    lasts === undefined ? 0 : Math.floor(parseDurationMs(lasts) / parseDurationMs(every)) + 1
  return Math.min(MAX_STEPS, Math.max(values, asked))
}

/** Runs a test's samples through an engine of its own, by a clock of its own. The test has been checked. */
export function runUnitTest(rules: RuleSet, test: RuleTest): TestRun {
  const tracks = new SampleTracks(test)
  const signs = new SignTracks(test)
  const events = new EventTracks(test)
  const findings = new FindingTracks(test)
  const engine = new RuleEngine({
    rules,
    directory: tracks.table,
    subjectLabels: (host) => labelsOf(test, host),
  })
  const everyMs = parseDurationMs(test.every)
  const lengths = [tracks, signs, events, findings].map(({ length }) => length)
  const steps = stepsOf(test, Math.max(...lengths))
  signs.begin(engine, START_MS)
  const phaseSteps = test.phases.map(({ at }) => Math.floor(parseDurationMs(at) / everyMs))
  const changes: FoundChange[] = []
  const alertsAt: (readonly Alert[])[] = test.phases.map(() => [])
  for (let step = 0; step < steps; step++) {
    const sinceMs = step * everyMs
    const atMs = START_MS + sinceMs
    for (const transition of signs.hear(engine, step, atMs)) changes.push({ sinceMs, transition })
    const batches = [
      ...tracks.blocksAt(step, atMs).map((block) => ({ host: block.subject, blocks: [block] })),
      ...events.at(step, atMs),
    ]
    for (const batch of batches)
      for (const transition of engine.accept(toBatch(batch, step, atMs), atMs))
        changes.push({ sinceMs, transition })
    for (const transition of engine.acceptFindings(findings.at(step), [], atMs))
      changes.push({ sinceMs, transition })
    for (const transition of engine.tick(atMs)) changes.push({ sinceMs, transition })
    if (phaseSteps.includes(step)) {
      const alerts = engine.list()
      for (const [index, wanted] of phaseSteps.entries())
        if (wanted === step) alertsAt[index] = alerts
    }
  }
  return { changes, alertsAt }
}

function labelsOf({ hosts }: RuleTest, host: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(hosts[host] ?? {}).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  )
}

/** What one host sends at one step. */
interface HostBatch {
  readonly host: string
  readonly blocks?: readonly SampleBlock[]
  readonly events?: readonly EventItem[]
}

/** As ingest hands it on. */
function toBatch(
  { host, blocks = [], events = [] }: HostBatch,
  step: number,
  timeMs: number,
): AcceptedBatch {
  return {
    agent: host,
    id: { epoch: '0000000000000001', sequence: step + 1 },
    receivedAtMs: timeMs,
    late: false,
    clockErrorMs: 0,
    clockCorrected: false,
    batch: { blocks, events, documents: [] },
  }
}
