/** A row of `ntpq -pn`; undefined is what it did not say (`-`). */
export interface NtpPeer {
  /** `*` the one that is followed, `+` a candidate, `-` left out, `x` false, … */
  readonly statePrefix: string
  readonly remote: string
  readonly refid: string
  readonly stratum: string
  readonly type: string
  readonly whenSeconds: number | undefined
  readonly pollSeconds: number | undefined
  /** The octal digits as a number, as Telegraf has it by default: 377 is eight answers of eight. */
  readonly reach: number | undefined
  readonly delayMs: number | undefined
  readonly offsetMs: number | undefined
  readonly jitterMs: number | undefined
}

const ROW =
  /^([ *+#ox.~-])?([^\s|]{1,100})\s+([^\s|]{1,100})\s+(\d{1,2}|-)\s+([a-zA-Z])\s+(\S{1,12})\s+(\S{1,12})\s+([0-7]{1,3})\s+(\S{1,20})\s+(\S{1,20})\s+(\S{1,20})$/
const MOST_PEERS = 50

/** Parses the table; a line that is no peer is passed over. */
export function parseNtpqPeers(output: string): readonly NtpPeer[] {
  const peers: NtpPeer[] = []
  for (const line of output.split('\n')) {
    const row = ROW.exec(line.trimEnd())
    if (row === null || peers.length === MOST_PEERS) continue
    const [
      ,
      prefix = ' ',
      remote = '',
      refid = '',
      stratum = '',
      type = '',
      when,
      poll,
      reach,
      delay,
      offset,
      jitter,
    ] = row
    peers.push({
      statePrefix: prefix.trim(),
      remote,
      refid,
      stratum,
      type,
      whenSeconds: toSeconds(when),
      pollSeconds: toSeconds(poll),
      reach: toNumber(reach),
      delayMs: toNumber(delay),
      offsetMs: toNumber(offset),
      jitterMs: toNumber(jitter),
    })
  }
  return peers
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** `64`, `17m`, `2h`, `3d`. */
function toSeconds(text: string | undefined): number | undefined {
  const parts = /^(\d{1,6})([smhd]?)$/.exec(text ?? '')
  if (parts === null) return undefined
  return Number(parts[1]) * (UNITS[parts[2] ?? ''] ?? 1)
}

function toNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^[-+]?\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : undefined
}
