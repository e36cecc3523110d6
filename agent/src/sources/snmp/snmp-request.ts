/** The only things that are ever sent to a device: reading. */
export interface SnmpRequest {
  readonly kind: 'get' | 'next' | 'bulk'
  readonly oids: readonly string[]
  /** Of a `bulk`: how many of the first `oids` are asked for once. */
  readonly nonRepeaters?: number
  /** Of a `bulk`: how many values of each of the others. */
  readonly repetitions?: number
}

/** One name with its value as they arrived, not yet judged. */
export interface SnmpVarbind {
  readonly oid: string
  readonly type: number
  readonly value: unknown
}

export interface SnmpAnswer {
  /** 0: no error. */
  readonly errorStatus: number
  /** From 1: which of the names it is about; 0: none. */
  readonly errorIndex: number
  readonly varbinds: readonly SnmpVarbind[]
}

/** Error statuses of RFC 3416 that are treated apart. */
export const ERROR_STATUS = {
  none: 0,
  tooBig: 1,
  noSuchName: 2,
  noAccess: 6,
  authorizationError: 16,
} as const
