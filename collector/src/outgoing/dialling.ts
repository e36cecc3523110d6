import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { checkAddress, isWrittenLoopback } from './address-policy.ts'

/**
 * Options of a connection by which only an allowed address is connected to, whatever a name resolves to at that moment.
 * @throws AddressRefusedError
 */
export function dialling(hostname: string): { readonly lookup: LookupFunction } {
  const host = hostname.replace(/^\[|\]$/g, '')
  const loopbackAllowed = isWrittenLoopback(hostname)
  if (isIP(host) !== 0) checkAddress(host, loopbackAllowed)
  return {
    lookup(name, options, callback) {
      lookup(name, { ...options, all: true }, (error, addresses) => {
        if (error !== null) return callback(error, '')
        try {
          for (const { address } of addresses) checkAddress(address, loopbackAllowed)
        } catch (refusal) {
          return callback(toError(refusal), '')
        }
        const [first] = addresses
        if (options.all === true || first === undefined) return callback(null, addresses)
        callback(null, first.address, first.family)
      })
    },
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
