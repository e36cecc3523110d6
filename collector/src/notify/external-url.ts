import { hostname } from 'node:os'
import { type Language, type LocalizedText, type Logger, pickText } from '@wardround/program'
import type { UnreadyReason } from '../http/routes/health.ts'
import { formatListenAddress, parseListenAddress } from '../http/listen-address.ts'
import { leadsToOwnMachine } from './channels/links.ts'

/** They stand for every address of this machine and lead nowhere in a link. */
const WILDCARDS: readonly string[] = ['0.0.0.0', '::']

interface ExternalUrlSettings {
  readonly listen: string
  readonly notify: { readonly externalUrl?: string }
}

interface LinkSettings extends ExternalUrlSettings {
  readonly notify: ExternalUrlSettings['notify'] & { readonly channels: readonly unknown[] }
}

/** Where links in messages lead: as configured, else to where this collector listens. */
export function externalUrlOf(
  { listen, notify }: ExternalUrlSettings,
  ownName: string = hostname(),
): string {
  if (notify.externalUrl !== undefined) return notify.externalUrl
  const address = parseListenAddress(listen)
  if (address === undefined) return `http://${listen}`
  const host = WILDCARDS.includes(address.host) ? ownName : address.host
  return `http://${formatListenAddress({ ...address, host })}`
}

/** What is to be known where messages are sent and have no links for that reason; undefined: they have some. */
export function missingLinks(config: LinkSettings): LocalizedText | undefined {
  const url = externalUrlOf(config)
  if (config.notify.channels.length === 0 || !leadsToOwnMachine(url)) return undefined
  const { host } = new URL(url)
  return {
    zh: `通知里的链接会指向 ${host}，只有本机能打开，因此通知不附链接；请把 notify.externalUrl 设为大家能打开的地址`,
    en: `links in notices would lead to ${host}, which only this machine reaches, so notices have none; set notify.externalUrl to an address that people reach`,
  }
}

/** The same, as `/readyz` says it. */
export function linkNotices(config: LinkSettings): UnreadyReason[] {
  const message = missingLinks(config)
  return message === undefined ? [] : [{ code: 'NO_LINKS', message }]
}

/** And in the log, in the configured language: who reads a message can't tell that it should have had a link. */
export function warnOfMissingLinks(
  config: LinkSettings & { readonly language: Language },
  log: Pick<Logger, 'warn'>,
): void {
  const message = missingLinks(config)
  if (message !== undefined) log.warn(pickText(message, config.language))
}
