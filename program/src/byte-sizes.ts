/** Pattern of an amount of memory or disk in YAML: `256MiB`, `512MB`. */
export const BYTES = /^(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/

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
