import type { ClosingStack, Logger } from '@wardround/program'
import type { CollectorConfig } from './config.ts'
import type { Consumers } from './consumers.ts'
import type { Entrance } from './entrance.ts'
import type { Foundations } from './foundations.ts'
import type { Api } from './http/api.ts'
import { heartbeatNotices } from './heartbeat/heartbeat-notices.ts'
import type { AlertSource } from './http/routes/alerts.ts'
import { buildServer } from './http/server.ts'
import { isLocal, type ListenAddress } from './http/listen-address.ts'
import { toAlertRows } from './live/alert-rows.ts'
import { AlertDesk } from './notify/alert-desk.ts'
import { standingOf } from './notify/alert-standing.ts'
import { linkNotices } from './notify/external-url.ts'
import { clockOf, formatMoment } from './notify/text/moments.ts'
import type { Watches } from './open-watches.ts'
import type { Page } from './page.ts'
import { networkNotices } from './reach/network-notices.ts'
import { lossesOf, lossNotices } from './readiness/losses.ts'
import { seenPointsNotices } from './projects/seen-points-notices.ts'
import type { PendingRestart } from './readiness/pending-restart.ts'
import type { RefusedReload } from './readiness/refused-reload.ts'
import { DEMO_NOTICE, readinessNotices, unreadyReasons } from './readiness/readiness.ts'
import { remoteStoreNotices } from './store/remote/remote-notices.ts'
import { VERSION } from './version.ts'

export interface ServerSettings {
  /** Directory of the built page. */
  readonly console: string
  readonly address: ListenAddress
  /** In force. */
  readonly config: () => CollectorConfig
  readonly isDemo: boolean
  readonly log: Logger
  readonly nowMs: () => number
  readonly refused: Pick<RefusedReload, 'notices'>
  readonly pendingRestart: Pick<PendingRestart, 'notices'>
}

export interface ServedParts {
  readonly foundations: Foundations
  readonly consumers: Consumers
  readonly page: Page
  readonly entrance: Entrance
  readonly watches: Watches
}

/** Builds the server over all parts. At the end it lets agents and readers go, and waits until what they brought is durable. */
export async function openServer(
  settings: ServerSettings,
  { foundations, consumers, page, entrance, watches }: ServedParts,
  stack: ClosingStack,
): Promise<Api> {
  const sayMoment = (atMs: number): string =>
    formatMoment(atMs, settings.nowMs(), clockOf(settings.config().notify.timeZone))
  const server = await buildServer({
    ...settings,
    language: () => settings.config().language,
    ...foundations,
    ...consumers,
    ...page,
    ...entrance,
    ...watches,
    version: VERSION,
    loopbackOnly: isLocal(settings.address),
    alerts: alertSource(consumers),
    alertDesk: new AlertDesk({
      alerting: consumers.alerting,
      onClaimed: (alert, { by, atMs }) => consumers.desk.incidents.claim(alert, by, atMs),
      decisions: foundations.state.decisions,
      hostNames: () => hostNames(foundations, page),
      nowMs: settings.nowMs,
    }),
    health: {
      reasons: () => unreadyReasons({ ...consumers, writer: entrance.writer }),
      notices: async () => [
        ...(settings.isDemo ? [DEMO_NOTICE] : []),
        ...settings.refused.notices(sayMoment),
        ...settings.pendingRestart.notices(),
        ...linkNotices(settings.config()),
        ...seenPointsNotices(page.watch.seen),
        ...networkNotices(watches.network),
        ...heartbeatNotices(watches.sender),
        ...lossNotices(lossesOf({ ...consumers, ...consumers.desk })),
        ...remoteStoreNotices(await consumers.remotes.status(), sayMoment),
        ...(await readinessNotices(foundations.state, consumers.notifier, sayMoment)),
      ],
      metrics: () => entrance.metrics.format(),
    },
  })
  stack.defer(async () => {
    page.stream[Symbol.dispose]()
    await Promise.all([entrance.ingest.closeAll(), server.close()])
    await consumers.journal.flush()
  })
  return server
}

function alertSource({ alerting }: Consumers): AlertSource {
  return {
    alerts: (language) =>
      alerting.dispatching.look((dispatcher) =>
        toAlertRows(alerting.listAlerts(), (alert) => standingOf(dispatcher, alert), language),
      ),
  }
}

/** Of the configuration, of project files, and of all that was ever heard of. */
function hostNames({ hosts, projects }: Foundations, { watch }: Page): Set<string> {
  const configured = [...hosts.entries].map(({ name }) => name)
  const expected = projects.list().flatMap(({ subjects }) => [...subjects.keys()])
  return new Set([...configured, ...expected, ...watch.seen.subjects()])
}
