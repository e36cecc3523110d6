/** `chronyc -c tracking`, in seconds and ppm; undefined is what it did not say. */
export interface ChronyTracking {
  readonly referenceId: string
  readonly stratum: number
  /** Positive: this clock is ahead, as Telegraf has it. */
  readonly systemTime: number | undefined
  readonly lastOffset: number | undefined
  readonly rmsOffset: number | undefined
  readonly frequency: number | undefined
  readonly residualFrequency: number | undefined
  readonly skew: number | undefined
  readonly rootDelay: number | undefined
  readonly rootDispersion: number | undefined
  readonly updateInterval: number | undefined
  readonly leapStatus: string
}

const LEAP: Readonly<Record<string, string>> = {
  Normal: 'normal',
  'Insert second': 'insert second',
  'Delete second': 'delete second',
  'Not synchronised': 'not synchronised',
}

/** Parses one line of 14 fields; undefined where it is none (no daemon: `506 Cannot talk to daemon`). */
export function parseChronyTracking(output: string): ChronyTracking | undefined {
  const fields = output.trim().split(',')
  const [referenceId = '', , stratum = ''] = fields
  const leapStatus = LEAP[fields[13] ?? '']
  if (fields.length < 14 || !/^[0-9A-F]{8}$/.test(referenceId) || !/^\d{1,2}$/.test(stratum))
    return undefined
  const slow = toNumber(fields[4])
  return {
    referenceId,
    stratum: Number(stratum),
    systemTime: slow === undefined ? undefined : 0 - slow, // chronyc counts how far it is behind
    lastOffset: toNumber(fields[5]),
    rmsOffset: toNumber(fields[6]),
    frequency: toNumber(fields[7]),
    residualFrequency: toNumber(fields[8]),
    skew: toNumber(fields[9]),
    rootDelay: toNumber(fields[10]),
    rootDispersion: toNumber(fields[11]),
    updateInterval: toNumber(fields[12]),
    leapStatus: leapStatus ?? 'unknown',
  }
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[-+]?\d{1,15}(?:\.\d{1,15})?$/.test(text)
    ? Number(text)
    : undefined
}
