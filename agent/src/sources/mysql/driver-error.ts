/** An error as mysql2 and node:net throw them. */
export interface DriverError extends Error {
  /** `ER_ACCESS_DENIED_ERROR`, `ECONNREFUSED`, `PROTOCOL_CONNECTION_LOST`. */
  readonly code?: string
  /** The server's number of the error: above 1000, below that of its files; of an error of the system a negative one. */
  readonly errno?: number
}

export function toDriverError(error: unknown): DriverError {
  return error instanceof Error ? error : new Error(String(error))
}

/** The server's number, undefined for an error that it did not send. */
export function vendorNumberOf({ errno }: DriverError): number | undefined {
  return errno !== undefined && errno > 0 ? errno : undefined
}
