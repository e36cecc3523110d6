import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'

/** Of a log once it is unpacked; beyond it nothing is looked at. */
const MAX_LOG_BYTES = 64 * 1_048_576
/** Of a line; dpkg's have a hundred characters. */
const MAX_REST = 4_096

/**
 * The newest `upgrade` that a log of dpkg tells, epoch ms: in the host's time zone, as dpkg writes it. A log that is damaged, far too long or
 * rotated away meanwhile tells nothing.
 */
export async function lastUpgradeIn(
  file: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const log = createReadStream(file)
  try {
    if (!file.endsWith('.gz')) return await pipeline(log, lastUpgradeOf, { signal })
    return await pipeline(log, createGunzip(), lastUpgradeOf, { signal })
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

async function lastUpgradeOf(chunks: AsyncIterable<Buffer>): Promise<number | undefined> {
  let last: number | undefined
  let rest = ''
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > MAX_LOG_BYTES) throw new Error(`longer than ${MAX_LOG_BYTES} bytes`)
    const text = rest + chunk.toString('latin1')
    const end = text.lastIndexOf('\n') + 1
    last = parseLastUpgrade(text.slice(0, end)) ?? last
    rest = text.slice(end).slice(-MAX_REST)
  }
  return parseLastUpgrade(rest) ?? last
}

function parseLastUpgrade(log: string): number | undefined {
  const times = [...log.matchAll(/^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) upgrade /gm)]
  const last = times.at(-1)
  const time = last === undefined ? Number.NaN : Date.parse(`${last[1]}T${last[2]}`)
  return Number.isNaN(time) ? undefined : time
}
