import { spawn } from 'node:child_process'
import { isIP } from 'node:net'

/** What one ping found out. failed: nothing about the host, since ping itself could not be run, may not send, or found no route. */
export type PingResult = 'answers' | 'silent' | 'failed'

/** Sends one ping to an IP address. Never rejects. */
export type Ping = (address: string) => Promise<PingResult>

/** The last seconds of the process; ping's own (-W) are over before. */
const DEADLINE_MS = 4_000
const MOST_OUTPUT = 4_096
const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
/** Of iputils, busybox and BSD. A host without a route is told of without such a line. */
const COUNTS = /^1 packets transmitted, (\d{1,3}) (?:packets )?received/m

/** The system's ping(8): it may send where this process, which has no capability, may not. */
export const systemPing: Ping = (address) =>
  isIP(address) === 0 ? Promise.resolve('failed') : run(address)

function run(address: string): Promise<PingResult> {
  return new Promise((resolve) => {
    const child = spawn('ping', ['-n', '-c', '1', '-W', '2', address], {
      env: ENVIRONMENT,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS)
    // one that is on its way when the collector stops keeps nothing alive
    child.unref()
    timer.unref()
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      if (output.length < MOST_OUTPUT) output += piece
    })
    child.once('error', () => {
      clearTimeout(timer)
      resolve('failed')
    })
    child.once('close', () => {
      clearTimeout(timer)
      resolve(readResult(output))
    })
  })
}

function readResult(output: string): PingResult {
  const received = COUNTS.exec(output)?.[1]
  if (received === undefined) return 'failed'
  return Number(received) > 0 ? 'answers' : 'silent'
}
