import { asTexts } from '../../as-list.ts'
import type { OptionProblem } from '../../source.ts'

/** Of `udp://0.0.0.0:5514`, `tls://[::]:6514`. @param protocol a pattern itself, such as udp */
export function listenPattern(protocol: string): string {
  return `^${protocol}://(?:\\[[0-9A-Fa-f:.]+\\]|[0-9.]+):\\d{1,5}$`
}

export interface ListenAddress {
  readonly protocol: string
  readonly host: string
  readonly port: number
  /** As it is written. */
  readonly text: string
}

/** What is wrong with the option `listen`. @param example one that would do */
export function findListenProblems(listen: unknown, example: string): OptionProblem[] {
  const addresses = asTexts(listen)
  const wrong = addresses.find((address) => parseListenAddress(address) === undefined)
  if (wrong === undefined && addresses.length > 0) return []
  return [
    {
      option: 'listen',
      what: { zh: `不能监听“${wrong ?? ''}”`, en: `“${wrong ?? ''}” is nowhere to listen` },
      expected: { zh: `如 ${example}`, en: `such as ${example}` },
    },
  ]
}

/** Those of the option `listen`, in its order. */
export function parseListenAddresses(listen: unknown): readonly ListenAddress[] {
  return asTexts(listen)
    .map(parseListenAddress)
    .filter((address) => address !== undefined)
}

/** Undefined for one that is none. */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const [, protocol = '', host = '', digits = ''] =
    /^(\w+):\/\/(?:\[([^\]]+)\]|[0-9.]+):(\d+)$/.exec(text) ?? []
  const port = Number(digits)
  if (protocol === '' || port > 65_535) return undefined
  const plain = host === '' ? text.slice(protocol.length + 3, -digits.length - 1) : host
  return { protocol, host: plain, port, text }
}
