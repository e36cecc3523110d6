import type { Alert } from '../../rules/alert.ts'

/** The page of what an alert is about: of a project where it was found against the project's file, else of its host or device. */
export function alertLink(externalUrl: string, { host, project }: Alert): string {
  const page =
    project === undefined
      ? `host/${encodeURIComponent(host.toWellFormed())}`
      : `project/${encodeURIComponent(project.id.toWellFormed())}`
  return `${externalUrl.replace(/\/$/, '')}/#/${page}`
}

/** The page of several: that of all, where there is one, else the first page. */
export function commonLink(externalUrl: string, alerts: readonly Alert[]): string {
  const links = new Set(alerts.map((alert) => alertLink(externalUrl, alert)))
  const hosts = new Set(alerts.map(({ host }) => host))
  const [link] = links
  if (links.size === 1 && link !== undefined) return link
  // a fault with its clocks: where it is, is looked at first
  const fault = alerts.find(({ project }) => project === undefined)
  return hosts.size === 1 && fault !== undefined ? alertLink(externalUrl, fault) : externalUrl
}

/** Whether an address leads to the machine on which it is opened: nobody who reads a message elsewhere gets there. */
export function leadsToOwnMachine(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { hostname } = new URL(url)
  return /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/.test(hostname)
}
