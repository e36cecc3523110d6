const NS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  u: 1_000n,
  µ: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
}

export const NS_PER_MS = 1_000_000n

/** Of a duration as it is written: `1h30m`. */
export function durationOf(text: string): bigint {
  let ns = 0n
  for (const [, digits, unit] of text.matchAll(/(\d+)([a-zµ]+)/g)) {
    ns += BigInt(digits!) * NS[unit!]!
  }
  return ns
}
