import { connect, isIP } from 'node:net'
import type { LocalizedText } from '@wardround/program'
import { AddressRefusedError, checkAddress } from '../outgoing/address-policy.ts'
import { dialling } from '../outgoing/dialling.ts'
import type { Ping } from './ping.ts'

/** A place of the collector's own network. */
export type CheckTarget =
  | { readonly kind: 'icmp'; readonly text: string; readonly address: string }
  | { readonly kind: 'tcp'; readonly text: string; readonly host: string; readonly port: number }

/** A target that can't be used. */
export class CheckTargetError extends Error {
  override readonly name = 'CheckTargetError'
  readonly text: LocalizedText

  constructor(text: LocalizedText) {
    super(text.en)
    this.text = text
  }
}

const DEADLINE_MS = 4_000

/** Reads `HOST:PORT`, `[IPv6]:PORT` or `icmp:ADDRESS`. @throws CheckTargetError */
export function parseTarget(text: string): CheckTarget {
  const target = readIcmp(text) ?? readTcp(text)
  if (target === undefined)
    throw new CheckTargetError({
      zh: `“${text}”不是检查目标；应为 主机:端口 或 icmp:IP地址`,
      en: `"${text}" is no target; expected HOST:PORT, or icmp: and an IP address`,
    })
  const address = target.kind === 'icmp' ? target.address : target.host
  try {
    if (isIP(address) !== 0) checkAddress(address, true)
  } catch (error) {
    if (!(error instanceof AddressRefusedError)) throw error
    throw new CheckTargetError({
      zh: `检查目标“${text}”${error.text.zh}`,
      en: `the target "${text}" ${error.text.en}`,
    })
  }
  return target
}

function readIcmp(text: string): CheckTarget | undefined {
  const address = /^icmp:(.+)$/.exec(text)?.[1] ?? ''
  return isIP(address) === 0 ? undefined : { kind: 'icmp', text, address }
}

function readTcp(text: string): CheckTarget | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|([\p{L}\p{N}][\p{L}\p{N}.-]{0,252})):(\d{1,5})$/iu.exec(text)
  const host = match?.[1] ?? match?.[2]
  const port = Number(match?.[3])
  return host === undefined || !(port >= 1 && port <= 65_535)
    ? undefined
    : { kind: 'tcp', text, host, port }
}

/** Whether the network leads there. A connection that is refused was carried there and back. Never rejects. */
export async function isReached(target: CheckTarget, ping: Ping): Promise<boolean> {
  if (target.kind === 'icmp') return (await ping(target.address)) === 'answers'
  const { host, port } = target
  return new Promise((resolve) => {
    const socket = connect({ host, port, ...dialling(host) })
    const end = (reached: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reached)
    }
    const timer = setTimeout(() => end(false), DEADLINE_MS).unref()
    socket.unref()
    socket.once('connect', () => end(true))
    socket.once('error', (error) => end('code' in error && error.code === 'ECONNREFUSED'))
  })
}
