import { ProbeError } from '../../probe.ts'

/** Names of the states by their number in the kernel's net/tcp_states.h, from 1. */
export const TCP_STATES = [
  'established',
  'syn_sent',
  'syn_recv',
  'fin_wait1',
  'fin_wait2',
  'time_wait',
  'close',
  'close_wait',
  'last_ack',
  'listen',
  'closing',
] as const

export type TcpState = (typeof TCP_STATES)[number]

const NEWLINE = 10
const SPACE = 32
const COLON = 58

/**
 * Counts the sockets of /proc/net/tcp or tcp6 by state and adds them to `counts`, whose index is the
 * state's number. Lines are walked by bytes: a busy server has tens of thousands.
 * @param file names the bytes in errors
 */
export function countTcpStates(bytes: Uint8Array, file: string, counts: Uint32Array): void {
  let line = 1
  let start = bytes.indexOf(NEWLINE) + 1
  if (start === 0)
    throw new ProbeError('UNPARSABLE', {
      zh: `${file}:1：应为标题行`,
      en: `${file}:1: a line of headings was expected`,
    })
  while (start < bytes.length) {
    line += 1
    const found = bytes.indexOf(NEWLINE, start)
    const end = found === -1 ? bytes.length : found
    const state = stateIn(bytes, start, end)
    if (state === undefined || state >= counts.length) {
      throw new ProbeError('UNPARSABLE', {
        zh: `${file}:${line}：应为套接字状态`,
        en: `${file}:${line}: the state of a socket was expected`,
      })
    }
    counts[state] = (counts[state] ?? 0) + 1
    start = end + 1
  }
}

/** `sl: local:port remote:port st …`: the state stands behind the blank that follows the third colon. */
function stateIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  let at = start
  for (let colons = 0; colons < 3; at += 1) {
    if (at >= end) return undefined
    if (bytes[at] === COLON) colons += 1
  }
  while (at < end && bytes[at] !== SPACE) at += 1
  const high = hexDigit(bytes[at + 1])
  const low = hexDigit(bytes[at + 2])
  if (at + 2 >= end || high === undefined || low === undefined) return undefined
  return high * 16 + low
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined
  if (byte >= 48 && byte <= 57) return byte - 48
  if (byte >= 65 && byte <= 70) return byte - 55
  return undefined
}
