import { ProbeError } from '../../probe.ts'

/** Size of struct utmp of glibc (utmp(5)) on 64-bit Linux, on every architecture that we run on. */
const RECORD_BYTES = 384
const USER_PROCESS = 7

/** Counts the sessions of people in /run/utmp. */
export function countUtmpUsers(bytes: Uint8Array, file: string): number {
  if (bytes.length % RECORD_BYTES !== 0) {
    throw new ProbeError('UNPARSABLE', {
      zh: `${file}：每条记录应为 ${RECORD_BYTES} 字节`,
      en: `${file}: records of ${RECORD_BYTES} bytes were expected`,
    })
  }
  let users = 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; at < bytes.length; at += RECORD_BYTES) {
    // Only the lower half of the type is used, and no machine that we run on is big-endian.
    if (view.getInt16(at, true) === USER_PROCESS) users += 1
  }
  return users
}
