/** The page of a host or device. */
export function hostLink(externalUrl: string, host: string): string {
  return `${externalUrl.replace(/\/$/, '')}/#/host/${encodeURIComponent(host.toWellFormed())}`
}
