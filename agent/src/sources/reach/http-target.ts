/** The tag `server`: an address without its query, which may be a secret or without bounds. */
export function serverOf(url: string): string {
  return (url.split('?', 1)[0] ?? '').slice(0, 256)
}
