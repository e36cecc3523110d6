import { type Located, lockStateDirectory, type Logger, type StateLock } from '@wardround/program'
import { SeriesTable } from '@wardround/protocol'
import type { ClosingStack } from '@wardround/program'
import type { CollectorConfig } from './config.ts'
import { BackfillDesk } from './control/backfill-commands.ts'
import { startControl } from './control/control.ts'
import { AgentRegistry } from './ingest/agent-registry.ts'
import { HostDirectory } from './ingest/host-directory.ts'
import { SubjectBook } from './ingest/subject-book.ts'
import { ProjectBook } from './projects/project-book.ts'
import { toWorkDays } from './projects/site-calendar.ts'
import { recallAgents } from './ingest/recall-agents.ts'
import type { ResolvedConfig } from './configuration/resolve-config.ts'
import { Retirement } from './control/retirement.ts'
import { markStateKind } from './state/demo-mark.ts'
import { toStatePaths, type StatePaths } from './state/state-paths.ts'
import { openState, type State } from './state/state.ts'
import { TokenBook } from './state/token-book.ts'
import { WriteTokenBook } from './lines/write-token-book.ts'

/** What everything else stands on: the state directory and what is known from earlier. */
export interface Foundations {
  readonly paths: StatePaths
  readonly lock: StateLock
  readonly state: State
  readonly tokens: TokenBook
  /** Who may write line protocol. */
  readonly writeTokens: WriteTokenBook
  /** Whether an agent speaks for a host or device: its own, or one that polls it. */
  readonly hasAgent: (host: string) => boolean
  /** Which agent polls which device. */
  readonly subjects: SubjectBook
  /** What people retire, handed to the rules. */
  readonly retirement: Retirement
  /** What people want copied into stores outside, handed to those. */
  readonly backfillDesk: BackfillDesk
  /** Numbers of all series, for the life of the process. */
  readonly table: SeriesTable
  readonly hosts: HostDirectory
  readonly registry: AgentRegistry
  /** What contracts fix, and the site's working days. */
  readonly projects: ProjectBook
  /** Until when an earlier process watched; undefined: there was none. */
  readonly lastAliveMs: number | undefined
}

/** @throws StateLockedError, StateTooNewError, StartError, or the system's error where the directory can't be used */
export async function layFoundations(
  config: Located<CollectorConfig>,
  parts: {
    readonly log: Logger
    readonly resolved: Pick<ResolvedConfig, 'projects'>
    readonly environment: Readonly<Record<string, string | undefined>>
    readonly nowMs: () => number
  },
  stack: ClosingStack,
): Promise<Foundations> {
  const paths = toStatePaths(config.value.state, parts.environment)
  const lock = stack.use(await lockStateDirectory(paths.directory, 'wardround-collector'))
  await markStateKind(paths.directory, config.value.demo)
  const state = stack.use(await openState({ directory: paths.directory }))
  if (state.repaired !== undefined) {
    parts.log.error(state.repaired, 'the state database was damaged and has been put aside')
  }
  const tokens = await TokenBook.open(state.tokens, parts.nowMs)
  const registry = new AgentRegistry()
  const lastAliveMs = await recallAgents(state, registry)
  const subjects = await SubjectBook.open({
    ...parts,
    storage: state.subjects,
    isHost: (name) => tokens.isNamed('agent', name) || registry.find(name) !== undefined,
  })
  const hasAgent = (host: string) =>
    tokens.isNamed('agent', host) || subjects.holderOf(host) !== undefined
  const writeTokens = await WriteTokenBook.open({ ...parts, storage: state.writeTokens, hasAgent })
  const retirement = new Retirement()
  const backfillDesk = new BackfillDesk()
  const told = { tokens, writeTokens, subjects, retirement, backfillDesk }
  stack.use(await startControl(paths.controlSocket, told))
  return {
    paths,
    lock,
    state,
    tokens,
    writeTokens,
    hasAgent,
    subjects,
    retirement,
    backfillDesk,
    table: new SeriesTable(),
    hosts: new HostDirectory(config.value.hosts, (host) => writeTokens.placeOf(host)),
    registry,
    projects: new ProjectBook(parts.resolved.projects, toWorkDays(config.value.calendar)),
    lastAliveMs,
  }
}
