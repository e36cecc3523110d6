import { signal } from '@preact/signals'
import { parseRoute, type Route } from './parse-route.ts'

/** Where the reader is, by the address's fragment: see parseRoute. */
export const route = signal<Route>(parseRoute(location.hash))

window.addEventListener('hashchange', () => (route.value = parseRoute(location.hash)))

export function hostAddress(host: string): string {
  return `#/host/${encodeURIComponent(host)}`
}

export function projectAddress(project: string): string {
  return `#/project/${encodeURIComponent(project)}`
}
