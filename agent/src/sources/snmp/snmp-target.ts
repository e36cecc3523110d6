/** Where a device answers. */
export interface SnmpTarget {
  /** Name or address, without brackets. */
  readonly host: string
  readonly port: number
}

/** `host`, `host:port`, `[address]`, `[address]:port`. */
export const TARGET_PATTERN =
  '^(\\[[0-9A-Fa-f:.]+(%[A-Za-z0-9_.-]+)?\\]|[A-Za-z0-9_.-]{1,253})(:[1-9][0-9]{0,4})?$'

const DEFAULT_PORT = 161

/** @returns undefined where the text is none, or its port is beyond 65535 */
export function parseTarget(text: string): SnmpTarget | undefined {
  if (!new RegExp(TARGET_PATTERN).test(text)) return undefined
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  const number = port === undefined ? DEFAULT_PORT : Number(port)
  return host === undefined || number > 65_535 ? undefined : { host, port: number }
}
