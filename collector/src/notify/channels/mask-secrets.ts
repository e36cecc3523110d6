import type { Secret } from '@wardround/program'

const MASK = '<secret>'

/** The text without any of the secrets, in whatever way they may be written there; of an address that is secret, without its path and query. */
export function maskSecrets(text: string, secrets: readonly Secret[]): string {
  const forms = new Set(secrets.flatMap((secret) => formsOf(secret.reveal())))
  let masked = text
  for (const form of [...forms].sort((a, b) => b.length - a.length))
    masked = masked.replaceAll(form, MASK)
  return masked
}

/** Shorter ones would mask what is no secret. */
const MIN_LENGTH = 4

function formsOf(secret: string): string[] {
  const url = URL.parse(secret)
  const parts =
    url === null
      ? [secret]
      : [
          url.pathname + url.search,
          ...url.pathname.split('/').filter((part) => part.length >= 16),
          ...url.searchParams.values(),
          decodeURIComponent(url.password),
        ]
  return parts
    .filter((part) => part.length >= MIN_LENGTH)
    .flatMap((part) => [
      part,
      encodeURIComponent(part),
      JSON.stringify(part).slice(1, -1),
      Buffer.from(part).toString('base64'),
    ])
}
