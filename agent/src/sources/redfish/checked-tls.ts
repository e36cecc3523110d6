import { Agent } from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import type { RedfishTarget } from './redfish-target.ts'

/** The device has another certificate than the one that agent.yaml names. */
export class FingerprintError extends Error {
  override readonly name = 'FingerprintError'
  readonly code = 'ERR_TLS_FINGERPRINT'
}

type Created = (error: Error | null, socket: Duplex) => void

/**
 * Connections to one device, one at a time, kept open. Each is handed on only after its certificate was checked: against the authorities and the
 * name, or, where agent.yaml gives a fingerprint, against that alone (a factory's certificate has neither authority nor name). Before that nothing is sent.
 */
export function checkedAgent(target: RedfishTarget, onConnected: () => void): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 })
  agent.createConnection = (_options, done) => {
    openChecked(target, onConnected, done ?? (() => undefined))
    return undefined
  }
  return agent
}

function openChecked(target: RedfishTarget, onConnected: () => void, done: Created): void {
  const { url, ca, serverName, fingerprint, connectTimeoutMs } = target
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const name = serverName ?? host
  const socket = connect({
    host,
    port: url.port === '' ? 443 : Number(url.port),
    servername: isIP(name) === 0 ? name : '',
    // BMCs that were sold before 2016 know no later one than TLS 1.2
    minVersion: 'TLSv1.2',
    rejectUnauthorized: fingerprint === undefined, // the pin is checked below, before a byte is sent
    ...(ca === undefined ? {} : { ca }),
  })
  const timer = setTimeout(() => {
    const text = `no connection within ${connectTimeoutMs} ms`
    socket.destroy(Object.assign(new Error(text), { code: 'ETIMEDOUT' }))
  }, connectTimeoutMs)
  const failed = (error: Error) => {
    clearTimeout(timer)
    done(error, socket)
  }
  socket.once('connect', onConnected)
  socket.once('error', failed)
  socket.once('secureConnect', () => {
    clearTimeout(timer)
    socket.off('error', failed)
    socket.disableRenegotiation()
    const refusal = fingerprint === undefined ? undefined : refuseOther(socket, fingerprint)
    if (refusal === undefined) return done(null, socket)
    socket.destroy()
    done(refusal, socket)
  })
}

function refuseOther(socket: TLSSocket, fingerprint: string): FingerprintError | undefined {
  const found = socket.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase()
  if (found === fingerprint) return undefined
  return new FingerprintError(`its certificate has the SHA-256 ${found ?? 'of none'}`)
}
