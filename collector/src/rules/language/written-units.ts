import type { NumberNode } from './expression.ts'

/** What may stand behind a number, beside %: how much it is of the unit that values are in. */
export const UNITS: Readonly<Record<string, readonly [number, NumberNode['unit']]>> = {
  B: [1, 'bytes'],
  KB: [1e3, 'bytes'],
  MB: [1e6, 'bytes'],
  GB: [1e9, 'bytes'],
  TB: [1e12, 'bytes'],
  KiB: [1024, 'bytes'],
  MiB: [1024 ** 2, 'bytes'],
  GiB: [1024 ** 3, 'bytes'],
  TiB: [1024 ** 4, 'bytes'],
  s: [1, 'seconds'],
  m: [60, 'seconds'],
  h: [3600, 'seconds'],
  d: [86_400, 'seconds'],
}
