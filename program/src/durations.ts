/** Pattern of a length of time in YAML: `500ms`, `10s`, `5m`, `1h`, `7d`. */
export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/

const DURATION_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** @throws RangeError where the text is no duration; a value that passed the schema never is. */
export function parseDurationMs(text: string): number {
  const match = DURATION.exec(text)
  const unit = match?.[2]
  if (match === null || !isUnit(unit)) {
    throw new RangeError(
      `"${text}" is no duration; expected a number and ms, s, m, h or d, such as 10s`,
    )
  }
  return Number(match[1]) * DURATION_MS[unit]
}

function isUnit(unit: string | undefined): unit is keyof typeof DURATION_MS {
  return unit !== undefined && Object.hasOwn(DURATION_MS, unit)
}
