const LONGEST_PATH = 1_024

/**
 * The path of a link, if it stays on the device: below /redfish/ of the same origin. Without the part behind #, which names a member of the same
 * resource, and without a slash at its end. Undefined for any other.
 */
export function ownPath(link: string, origin: string): string | undefined {
  if (link.length > LONGEST_PATH || !/^[\x21-\x7e]+$/.test(link)) return undefined
  const url = URL.parse(link, `${origin}/redfish/v1/`)
  if (url?.origin !== origin || url.username !== '' || url.password !== '') return undefined
  if (!url.pathname.startsWith('/redfish/')) return undefined
  return `${url.pathname.replace(/\/+$/, '')}${url.search}`
}
