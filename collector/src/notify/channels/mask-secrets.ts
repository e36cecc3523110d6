import type { Secret } from '@wardround/program'

const MASK = '<secret>'

/** The text without any of the secrets, in whatever way they may be written there; of an address that is secret, without its path, query and user. */
export function maskSecrets(text: string, secrets: readonly Secret[]): string {
  const parts = new Set(secrets.flatMap((secret) => partsOf(secret.reveal())))
  let masked = text
  for (const part of [...parts].sort((a, b) => b.length - a.length))
    for (const form of formsOf(part))
      masked = masked.replace(new RegExp(anyEscape(form), 'g'), MASK)
  return masked
}

/** Shorter ones would mask what is no secret. */
const MIN_LENGTH = 4

/** What is secret in it; an address's own name is not. */
function partsOf(secret: string): string[] {
  const url = URL.parse(secret)
  const parts =
    url === null
      ? [secret]
      : [
          url.pathname + url.search,
          ...url.pathname.split('/').map(decoded).filter(isKey),
          // A blank is a plus sign where nobody has read the query yet.
          ...[...url.searchParams.values()].flatMap((value) => [value, value.replaceAll(' ', '+')]),
          ...(url.password === '' ? [] : [decoded(url.username), decoded(url.password)]),
        ]
  return parts.filter((part) => part.length >= MIN_LENGTH)
}

/** Whether a part of a path looks like a key and not like a word, such as `webhook` or `open-apis`. */
function isKey(part: string): boolean {
  return part.length >= 16 || (part.length >= 8 && /[\dA-Z]/.test(part))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a lone % stands for itself
  }
}

/** Itself, in hexadecimal, and what base64 makes of it wherever it stands within something longer. */
function formsOf(part: string): string[] {
  const bytes = Buffer.from(part)
  return [
    part,
    bytes.toString('hex'),
    ...[0, 1, 2].map((before) => withinBase64(bytes, before)),
  ].filter((form, at) => at === 0 || form.length >= 2 * MIN_LENGTH)
}

/** The characters of base64 that hold nothing but the secret, where so many bytes stand before its first group of three. */
function withinBase64(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes])
    .toString('base64')
    .replace(/=+$/, '')
  const from = before === 0 ? 0 : before + 1
  const isWhole = (before + bytes.length) % 3 === 0
  return text.slice(from, isWhole ? undefined : -1)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
}

/** A regular expression for a text as it may be escaped: in JSON (also JSON within JSON), URLs, forms and HTML. */
function anyEscape(text: string): string {
  return Array.from(text, (one) => `(?:${escapesOf(one).join('|')})`).join('')
}

function escapesOf(character: string): string[] {
  const bytes = [...Buffer.from(character)].map((byte) => `%(?:25)*${hexOf(byte, 2)}`)
  const units = character.split('').map((unit) => `\\\\+u${hexOf(unit.charCodeAt(0), 4)}`)
  const point = character.codePointAt(0) ?? 0
  const name = ENTITIES[character]
  return [
    `\\\\*${character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&')}`,
    bytes.join(''),
    units.join(''),
    `&#0*${point};`,
    `&#[xX]0*${hexOf(point, 1)};`,
    ...(name === undefined ? [] : [`&${name};`]),
    ...(character === ' ' ? ['\\+'] : []),
  ]
}

/** In either case. */
function hexOf(value: number, digits: number): string {
  return value
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`)
}
