import { zoneOffset } from '../conditions/zone-offset.ts'

/** In what times are told: a unit since the epoch, or as RFC 3339 has them. */
export const EPOCHS = ['ns', 'n', 'u', 'µ', 'ms', 's', 'm', 'h'] as const
export type Epoch = (typeof EPOCHS)[number] | 'rfc3339'

/** Shorter units than ours: as many zeros. */
const ZEROS: Readonly<Record<string, string>> = { ns: '000000', n: '000000', u: '000', µ: '000' }
const LONGER: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Writes a time, epoch ms, as it stands in JSON. */
export function timeFormat(epoch: Epoch, timeZone: string | undefined): (timeMs: number) => string {
  if (epoch === 'rfc3339') return rfc3339(timeZone)
  const zeros = ZEROS[epoch]
  if (zeros !== undefined) return (timeMs) => (timeMs === 0 ? '0' : `${timeMs}${zeros}`)
  const unitMs = LONGER[epoch]!
  return (timeMs) => String(Math.trunc(timeMs / unitMs))
}

function rfc3339(timeZone: string | undefined): (timeMs: number) => string {
  const offset = timeZone === undefined ? undefined : zoneOffset(timeZone)
  return (timeMs) => {
    const offsetMs = offset?.(timeMs) ?? 0
    const local = new Date(timeMs + offsetMs).toISOString()
    // Fractions without the zeros at their end.
    const fraction = local.slice(19, -1).replace(/\.?0+$/, '')
    return `"${local.slice(0, 19)}${fraction}${offsetText(offsetMs)}"`
  }
}

function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'Z'
  const minutes = Math.abs(Math.trunc(offsetMs / 60_000))
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((one) =>
    String(one).padStart(2, '0'),
  )
  return `${offsetMs < 0 ? '-' : '+'}${hour}:${minute}`
}
