import { ERROR_STATUS, type SnmpAnswer, type SnmpRequest } from './snmp-request.ts'
import type { SnmpValue } from './snmp-value.ts'
import { toSnmpValue } from './to-snmp-value.ts'
import { toStatusError } from './to-status-error.ts'

/** Sends one request to the device. */
export type Ask = (request: SnmpRequest) => Promise<SnmpAnswer>

const MOST_AT_ONCE = 24

/**
 * Values of single objects; what the device does not have is absent.
 * @throws ProbeError NOT_PERMITTED, UNREADABLE, UNPARSABLE, and what `ask` throws
 */
export async function readObjects(
  ask: Ask,
  oids: readonly string[],
): Promise<Map<string, SnmpValue>> {
  const found = new Map<string, SnmpValue>()
  for (let from = 0; from < oids.length; from += MOST_AT_ONCE)
    await readSome(ask, oids.slice(from, from + MOST_AT_ONCE), found)
  return found
}

async function readSome(
  ask: Ask,
  oids: readonly string[],
  found: Map<string, SnmpValue>,
): Promise<void> {
  if (oids.length === 0) return
  const request: SnmpRequest = { kind: 'get', oids }
  const answer = await ask(request)
  const { errorStatus, errorIndex } = answer
  if (errorStatus === ERROR_STATUS.none) return takeValues(oids, answer, found)
  if (errorStatus === ERROR_STATUS.tooBig && oids.length > 1) {
    const half = Math.ceil(oids.length / 2)
    await readSome(ask, oids.slice(0, half), found)
    return readSome(ask, oids.slice(half), found)
  }
  // v1 refuses all for one that is missing
  if (errorStatus === ERROR_STATUS.noSuchName && errorIndex >= 1 && errorIndex <= oids.length)
    return readSome(ask, oids.toSpliced(errorIndex - 1, 1), found)
  throw toStatusError(answer, request)
}

/** Only what was asked for counts. */
function takeValues(
  oids: readonly string[],
  { varbinds }: SnmpAnswer,
  found: Map<string, SnmpValue>,
): void {
  const asked = new Set(oids)
  for (const varbind of varbinds) {
    const value = toSnmpValue(varbind)
    if (value !== undefined && asked.has(varbind.oid)) found.set(varbind.oid, value)
  }
}
