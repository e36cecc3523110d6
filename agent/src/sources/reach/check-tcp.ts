import { connect } from 'node:net'
import { lookUpOnce } from '../look-up-once.ts'

export interface TcpCheck {
  readonly host: string
  readonly port: number
  readonly send: string | undefined
  readonly expect: string | undefined
  readonly name: string | undefined
}

/** Order is Telegraf's result_code of net_response. */
export const TCP_RESULTS = [
  'success',
  'timeout',
  'connection_failed',
  'read_failed',
  'string_mismatch',
] as const

export interface TcpResult {
  readonly result: (typeof TCP_RESULTS)[number]
  readonly responseMs: number | undefined
  readonly isFound: boolean | undefined
}

const MOST_BYTES = 64 * 1024

/** Connects, sends and waits for the expected text if there are any, and hangs up. Never rejects. */
export function checkTcp(
  check: TcpCheck,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<TcpResult> {
  return new Promise((resolve) => {
    const startedMs = performance.now()
    const socket = connect({ host: check.host, port: check.port, lookup: lookUpOnce })
    let isConnected = false
    let heard = ''
    const settle = (result: TcpResult['result']) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', late)
      socket.destroy()
      const isGood = result === 'success'
      const responseMs =
        isGood || result === 'string_mismatch' ? performance.now() - startedMs : undefined
      resolve({
        result,
        responseMs,
        isFound: check.expect === undefined || !isConnected ? undefined : isGood,
      })
    }
    const late = () => settle('timeout')
    const over = () =>
      settle(!isConnected ? 'connection_failed' : heard === '' ? 'read_failed' : 'string_mismatch')
    const timer = setTimeout(late, timeoutMs)
    signal.addEventListener('abort', late, { once: true })
    if (signal.aborted) return late()
    socket.once('connect', () => {
      isConnected = true
      if (check.send !== undefined) socket.write(check.send)
      if (check.expect === undefined) settle('success')
    })
    socket.on('data', (bytes: Buffer) => {
      heard += bytes.toString('latin1')
      if (heard.includes(Buffer.from(check.expect ?? '').toString('latin1'))) settle('success')
      else if (heard.length > MOST_BYTES) settle('string_mismatch')
    })
    socket.once('end', over)
    socket.on('error', over)
  })
}
