export type Route =
  | { readonly page: 'hosts' | 'duty' | 'projects' }
  | { readonly page: 'host' | 'project'; readonly name: string }

/** Where an address's fragment leads: `#/duty`, `#/projects`, `#/host/NAME`, `#/project/NAME`; everything else, also what is no valid escape, to the hosts. */
export function parseRoute(hash: string): Route {
  if (hash === '#/duty') return { page: 'duty' }
  if (hash === '#/projects') return { page: 'projects' }
  const [, page, name = ''] = /^#\/(host|project)\/([^/]+)$/.exec(hash) ?? []
  const decoded = decode(name)
  if (decoded === undefined || (page !== 'host' && page !== 'project')) return { page: 'hosts' }
  return { page, name: decoded }
}

function decode(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined // an address that was cut off or mistyped
  }
}
