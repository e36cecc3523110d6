import { type FileLayer, type Journal, openJournal, type SegmentKey } from '@wardround/journal'
import type { Located, Logger } from '@wardround/program'
import { ClosingStack } from '@wardround/program'
import type { CollectorConfig } from './config.ts'
import type { Foundations } from './foundations.ts'
import { FactFeed } from './ingest/fact-feed.ts'
import { JournalConsumers } from './ingest/journal-consumers.ts'
import { SegmentEncoders } from './ingest/journal-writer.ts'
import { type ReplayConsumer, replayJournal } from './ingest/replay.ts'
import { AlertFeed, ENDED_FOR_MS, MAX_ENDED } from './notify/alert-feed.ts'
import { type Alerting, openAlerting } from './notify/alerting.ts'
import { externalUrlOf, warnOfMissingLinks } from './notify/external-url.ts'
import { type Notifier, openNotifier } from './notify/delivery/notifier.ts'
import { RelayInbox } from './notify/relay/relay-inbox.ts'
import type { ResolvedConfig } from './configuration/resolve-config.ts'
import type { CollectorSettings } from './configuration/settings.ts'
import type { SubjectLabels } from './rules/alerts/alert-labels.ts'
import { alertId } from './rules/alerts/live-alert.ts'
import { openEmbeddedStore } from './store/embedded/open-embedded-store.ts'
import { Backfills } from './store/remote/backfills.ts'
import { largestBudget } from './store/remote/backlog.ts'
import { consumerOf, RemoteStores } from './store/remote/remote-stores.ts'
import type { Store } from './store/store.ts'
import { IncidentBook } from './projects/incident-book.ts'
import { openProjectDesk, type ProjectDesk } from './projects/project-desk.ts'
import { VERSION } from './version.ts'

/** The journal, and the three that read it: store, rules, and the keeper of events and documents. */
export interface Consumers {
  readonly journal: Journal
  readonly progress: JournalConsumers
  readonly encoders: SegmentEncoders
  readonly store: Store
  /** Stores outside, which get a copy. */
  readonly remotes: RemoteStores
  readonly notifier: Notifier
  readonly alerting: Alerting
  readonly desk: ProjectDesk
  /** Notices of other collectors. */
  readonly relay: RelayInbox
  readonly facts: FactFeed
}

export interface ConsumerParts {
  readonly config: Located<CollectorConfig>
  readonly settings: CollectorSettings
  readonly resolved: ResolvedConfig
  readonly log: Logger
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  /** For tests of faults. */
  readonly files: FileLayer | undefined
}

/** Opens the journal and gives its consumers what they haven't covered yet. */
export async function openConsumers(
  parts: ConsumerParts,
  foundations: Foundations,
  stack: ClosingStack,
): Promise<Consumers> {
  const { log, settings, resolved } = parts
  const { paths, state, table, registry } = foundations
  const encoders = new SegmentEncoders(table)
  const head = (segment: SegmentKey) => encoders.head(segment, registry.heldRanges())
  // The store tells what it covered when it closes: the journal closes after it, though it is opened later.
  const underStore = stack.use(new ClosingStack())
  const { retention } = settings
  const directories = { directory: paths.store, journalDirectory: paths.journal }
  const store = stack.use(await openEmbeddedStore({ ...directories, retention, log }))
  const { covered: storeCursor } = await store.status()
  // A cursor may have outlived the journal and the others: new segments are numbered above all of them.
  const afterSegment = Math.max(await state.cursors.highestSegment(), storeCursor?.segment ?? 0)
  const journal = underStore.use(await openOwnJournal(parts, paths.journal, { head, afterSegment }))
  const covered = underStore.use(
    new JournalConsumers({
      journal,
      consumers: ['store', 'rules', 'facts', ...resolved.stores.map(consumerOf)],
      head,
      onError: (error) => log.error({ err: error }, 'segments of the journal can not be deleted'),
    }),
  )
  const { notifier, alerting, desk, relay } = await openRules(parts, foundations, stack)
  foundations.retirement.bind((host, tags) => alerting.retire(host, tags))
  const remotes = stack.use(
    await openRemotes(parts, foundations, { journal, covered, store, alerting }),
  )
  const facts = stack.use(
    new FactFeed({
      store: (found) => state.facts.store(found),
      onCovered: (position) => covered.cover('facts', position),
      log,
      everyMs: settings.deadlines.factsMs,
    }),
  )
  store.onCovered((position) => covered.cover('store', position))
  alerting.onCovered((position) => covered.cover('rules', position))
  store.advance(journal.status().durable)
  const readers: ReplayConsumer[] = [
    { from: alerting.from, take: (batch, end) => alerting.take(batch, end) },
    // The store reads for itself; said here is whether its cursor fits.
    { from: storeCursor, take: () => {} },
    { from: await state.facts.load(), take: ({ batch }, end) => facts.take(batch, end) },
  ]
  await replayJournal(journal, table, registry, readers, log)
  return {
    journal,
    progress: covered,
    encoders,
    store,
    remotes,
    notifier,
    alerting,
    desk,
    relay,
    facts,
  }
}

/** Where stores outside may lag, their budget comes on top of the journal's own bound: one that is down must not stop acknowledgements. */
async function openOwnJournal(
  { settings, resolved, nowMs, files }: ConsumerParts,
  directory: string,
  options: { readonly head: (segment: SegmentKey) => Uint8Array; readonly afterSegment: number },
): Promise<Journal> {
  return openJournal({
    ...settings.journal,
    maxBytes: settings.journal.maxBytes + (await largestBudget(resolved.stores, directory)),
    directory,
    maxAgeMs: Infinity,
    whenFull: 'refuse',
    afterSegment: options.afterSegment,
    segmentHead: options.head,
    nowMs,
    ...(files === undefined ? {} : { files }),
  })
}

async function openRemotes(
  { settings, resolved, log, nowMs }: ConsumerParts,
  { paths, state, backfillDesk }: Foundations,
  {
    journal,
    covered,
    store,
    alerting,
  }: Pick<Consumers, 'journal' | 'store' | 'alerting'> & { readonly covered: JournalConsumers },
): Promise<RemoteStores> {
  const remotes = await RemoteStores.open({
    settings: resolved.stores,
    directory: paths.stores,
    journalDirectory: paths.journal,
    reserve: settings.journal.reserve,
    journal,
    state,
    embedded: store,
    log,
    nowMs,
    onCovered: (remote, position) => covered.cover(consumerOf(remote), position),
    onWorking: ({ name }) => alerting.engine.hear('store', name),
  })
  const names = resolved.stores.map(({ name }) => name)
  alerting.engine.expect('store', names)
  const rawSinceMs = () => nowMs() - settings.retention.rawMs
  const statuses = () => remotes.status()
  const wanted = { gaps: state.storeGaps, stores: names, statuses, rawSinceMs, nowMs }
  backfillDesk.bind(new Backfills(wanted))
  return remotes
}

async function openRules(
  parts: ConsumerParts,
  { state, table, hosts, projects, lastAliveMs }: Foundations,
  stack: ClosingStack,
): Promise<Pick<Consumers, 'notifier' | 'alerting' | 'desk' | 'relay'>> {
  const { config, settings, resolved, log, nowMs, monotonicMs } = parts
  const notifier = stack.use(openNotices(parts, state))
  warnOfMissingLinks(config.value, log)
  const subjectLabels = subjectLabelsOf({ projects, hosts })
  const incidents = new IncidentBook(projects, (host) => subjectLabels(host)['project'])
  const { incidents: open, damaged } = await state.projects.openIncidents()
  if (damaged.length > 0)
    log.error(
      { incidents: damaged },
      'incidents in the state database are damaged; they are not taken up',
    )
  incidents.restore(open)
  const alerting = stack.use(
    await openAlerting({
      rules: resolved.rules,
      dispatch: resolved.dispatch,
      directory: table,
      dutyOf: (project, atMs) => projects.dutyOf(project, atMs),
      escalationOf: (project, level) => projects.escalationOf(project, level),
      projectOf: (project, atMs) => projects.noticeOf(project, atMs),
      displayNameOf: (host) => hosts.find(host)?.displayName,
      aboutOf: ({ tags }) => incidents.find(tags['incident'] ?? '')?.alerts.map(alertId) ?? [],
      subjectLabels,
      contractOf: (subject) => projects.contractOf(subjectLabels(subject)['project']),
      state: state.alerts,
      notifier,
      externalUrl: externalUrlOf(config.value),
      lastAliveMs,
      log,
      nowMs,
      monotonicMs,
    }),
  )
  const feed = stack.use(
    new AlertFeed({
      channels: () => notifier.channels,
      alerts: () => alerting.listAlerts(),
      externalUrl: () => alerting.externalUrl,
      version: VERSION,
      log,
      nowMs,
    }),
  )
  feed.recall(await state.alerts.history(nowMs() - ENDED_FOR_MS, Infinity, MAX_ENDED))
  alerting.onTransition((transition) => feed.changed(transition))
  const keepMs = () => settings.recordsMs
  const desk = stack.use(
    await openProjectDesk({ projects, incidents, state, alerting, lastAliveMs, keepMs, log }),
  )
  const relay = new RelayInbox(resolved.relaySenders, { outbox: state.notices, notifier })
  return { notifier, alerting, desk, relay }
}

/** The configuration's word on a host goes before that of the project files. */
function subjectLabelsOf({ projects, hosts }: Pick<Foundations, 'projects' | 'hosts'>) {
  const labelsOf: SubjectLabels = (subject) => ({
    ...projects.labelsOf(subject),
    ...hosts.labelsOf(subject),
  })
  return labelsOf
}

/** The channels; what is given up is an event. */
function openNotices(
  { resolved, log, nowMs, monotonicMs }: ConsumerParts,
  state: Foundations['state'],
): Notifier {
  return openNotifier({
    channels: resolved.channels,
    outbox: state.notices,
    log,
    version: VERSION,
    nowMs,
    monotonicMs,
    onGivenUp: ({ deliveryId, channel, groupKey, createdAtMs }, { atMs, reason, detail }) => {
      const body = JSON.stringify({ channel, groupKey, createdAtMs, reason, detail })
      const event = { atMs, subject: '', kind: 'notice_given_up', key: deliveryId, body }
      state.events.append([event]).catch((error: unknown) => {
        log.error({ err: error, channel }, 'that a message was given up could not be recorded')
      })
    },
  })
}
