import { signal } from '@preact/signals'

export type Route = { readonly page: 'hosts' } | { readonly page: 'host'; readonly host: string }

/** Where the reader is, by the address's fragment: `#/` or `#/host/NAME`. */
export const route = signal<Route>(parseRoute(location.hash))

window.addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))

function parseRoute(hash: string): Route {
  const match = /^#\/host\/([^/]+)$/.exec(hash)
  return match?.[1] === undefined
    ? { page: 'hosts' }
    : { page: 'host', host: decodeURIComponent(match[1]) }
}

export function hostAddress(host: string): string {
  return `#/host/${encodeURIComponent(host)}`
}
