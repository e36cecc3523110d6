export type Route = { readonly page: 'hosts' } | { readonly page: 'host'; readonly host: string }

/** Where an address's fragment leads: `#/host/NAME` to a host; everything else, also what is no valid escape, to the hosts. */
export function parseRoute(hash: string): Route {
  const name = /^#\/host\/([^/]+)$/.exec(hash)?.[1]
  const host = name === undefined ? undefined : decode(name)
  return host === undefined ? { page: 'hosts' } : { page: 'host', host }
}

function decode(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined // an address that was cut off or mistyped
  }
}
