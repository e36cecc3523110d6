import { ConfigError, type Located, type Logger } from '@wardround/program'
import type { CollectorConfig } from './config.ts'
import { configChanges, type ConfigInForce } from './configuration/config-changes.ts'
import type { HostDirectory } from './ingest/host-directory.ts'
import type { LineIngest } from './lines/line-ingest.ts'
import type { Ingest } from './ingest/ingest.ts'
import type { CollectorChanges } from './live/collector-changes.ts'
import type { Alerting } from './notify/alerting.ts'
import { externalUrlOf, warnOfMissingLinks } from './notify/external-url.ts'
import type { Notifier } from './notify/delivery/notifier.ts'
import type { RelayInbox } from './notify/relay/relay-inbox.ts'
import type { Watches } from './open-watches.ts'
import type { PendingRestart } from './readiness/pending-restart.ts'
import type { ProjectBook } from './projects/project-book.ts'
import { toWorkDays } from './projects/site-calendar.ts'
import { resolveConfig } from './configuration/resolve-config.ts'
import type { ProjectWatch } from './projects/project-watch.ts'
import { rulesOf } from './rules/compiled-rule.ts'

export interface ReloadParts {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly hosts: HostDirectory
  readonly ingest: Pick<Ingest, 'renew'>
  readonly alerting: Pick<Alerting, 'replaceRules' | 'externalUrl'>
  readonly notifier: Pick<Notifier, 'replaceChannels'>
  readonly relay: Pick<RelayInbox, 'replace'>
  readonly changes: CollectorChanges
  readonly projects: Pick<ProjectBook, 'replace'>
  readonly watches: Pick<Watches, 'replace'>
  readonly watch: Pick<ProjectWatch, 'lookAgain'>
  readonly lines: LineIngest
  readonly pendingRestart: PendingRestart
  readonly log: Logger
}

/**
 * Puts another configuration in force while running: hosts, rules, projects, channels, log level. A bad one changes nothing.
 * @throws ConfigError
 */
export async function reload(
  before: ConfigInForce,
  config: Located<CollectorConfig>,
  parts: ReloadParts,
): Promise<ConfigInForce> {
  const { hosts, ingest, alerting, notifier, changes, projects, log } = parts
  if (before.config.value.demo !== config.value.demo) throw staysWhatItIs(config)
  const resolved = await resolveConfig(config, parts.environment)
  const { rules, channels, dispatch, projects: read } = resolved
  log.level = config.value.log.level
  const renewed = hosts.replace(config.value.hosts)
  for (const { name } of config.value.hosts) changes.hostChanged(name)
  ingest.renew(renewed)
  parts.lines.catalogue = resolved.catalogue
  notifier.replaceChannels(channels)
  parts.relay.replace(resolved.relaySenders)
  parts.watches.replace(config.value, resolved)
  alerting.externalUrl = externalUrlOf(config.value)
  warnOfMissingLinks(config.value, log)
  alerting.replaceRules(rules, dispatch)
  projects.replace(read, toWorkDays(config.value.calendar))
  parts.watch.lookAgain()
  const changed = configChanges(before, { config, rules })
  const inForce = rulesOf(rules).length
  log.info({ changed, beginAnew: renewed, rules: inForce }, 'configuration and rules re-read')
  parts.pendingRestart.compare(config.value)
  const { settings } = parts.pendingRestart
  if (settings.length > 0) log.warn({ settings }, 'what changed in these settings needs a restart')
  return { config, rules }
}

/** Its state directory and all that it has told are of one kind. */
function staysWhatItIs(config: Located<CollectorConfig>): ConfigError {
  const what = {
    zh: '运行中不能在正式与演示之间切换；请停止监控中心，另选状态目录后再启动',
    en: "a running collector can't become a demo, nor a demo a real one; stop it and start it with another state directory",
  }
  return new ConfigError([config.problem(['demo'], what)])
}
