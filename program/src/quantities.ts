import { Type } from 'typebox'

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/
const BYTES = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const BYTE_UNITS = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
} as const

/** A length of time in YAML: `500ms`, `10s`, `5m`, `1h`, `7d`. */
export function Duration(options: { description: string; default?: string }) {
  return Type.String({ ...options, pattern: DURATION.source, format: 'wardround-duration' })
}

/** An amount of memory or disk in YAML: `256MiB`, `512MB`. */
export function ByteSize(options: { description: string; default?: string }) {
  return Type.String({ ...options, pattern: BYTES.source, format: 'wardround-bytes' })
}

/** @throws RangeError where the text is no duration; a value that passed the schema never is. */
export function parseDurationMs(text: string): number {
  const match = DURATION.exec(text)
  const unit = match?.[2]
  if (match === null || !isKeyOf(DURATION_MS, unit)) {
    throw new RangeError(
      `"${text}" is no duration; expected a number and ms, s, m, h or d, such as 10s`,
    )
  }
  return Number(match[1]) * DURATION_MS[unit]
}

/** @throws RangeError where the text is no size; a value that passed the schema never is. */
export function parseBytes(text: string): number {
  const match = BYTES.exec(text)
  const unit = match?.[2]
  if (match === null || !isKeyOf(BYTE_UNITS, unit)) {
    throw new RangeError(
      `"${text}" is no size; expected a number and B, KB, MB, GB, TB, KiB, MiB, GiB or TiB, such as 256MiB`,
    )
  }
  return Math.round(Number(match[1]) * BYTE_UNITS[unit])
}

function isKeyOf<T extends object>(object: T, key: string | undefined): key is keyof T & string {
  return key !== undefined && Object.hasOwn(object, key)
}
