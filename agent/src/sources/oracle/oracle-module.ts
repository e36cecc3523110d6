/** A column, as node-oracledb describes it. */
export interface OracleColumn {
  readonly name: string
  readonly dbType?: unknown
}

/** What becomes of a column's values on their way. */
export interface OracleFetchType {
  readonly type?: unknown
  readonly converter?: (value: unknown) => unknown
}

export interface OracleExecuteOptions {
  readonly outFormat: number
  readonly maxRows: number
  readonly fetchArraySize: number
  readonly prefetchRows: number
  readonly fetchTypeHandler: (column: OracleColumn) => OracleFetchType | undefined
}

/** As much of node-oracledb's connection as we use. */
export interface OracleLine {
  /** ms that a round trip may take; the driver then cancels the statement on the server. 0: no limit. */
  callTimeout: number
  /** What V$SESSION shows of us. */
  module: string
  action: string
  clientId: string
  clientInfo: string
  /** `19.22.0.0.0` */
  readonly oracleServerVersionString: string
  /** Of the logon, such as ORA-28002: the password expires soon. */
  readonly warning?: Error | undefined
  execute(
    sql: string,
    binds: readonly unknown[],
    options: OracleExecuteOptions,
  ): Promise<{ readonly rows?: readonly unknown[] | undefined }>
  /** Cancels what is under way. */
  break(): Promise<void>
  close(): Promise<void>
  isHealthy(): boolean
}

/** Of a logon. Times in seconds, keep-alive in minutes, as node-oracledb counts. */
export interface OracleLogon {
  readonly user: string
  readonly password: string
  readonly connectString: string
  readonly connectTimeout: number
  readonly transportConnectTimeout: number
  readonly expireTime: number
  readonly stmtCacheSize: number
  readonly program: string
  readonly configDir?: string
  readonly walletLocation?: string
  readonly walletPassword?: string
}

/** As much of node-oracledb as we use, so that a test can stand in for a server that it has not. */
export interface OracleModule {
  readonly OUT_FORMAT_OBJECT: number
  readonly STRING: unknown
  readonly DB_TYPE_CLOB: unknown
  readonly DB_TYPE_NCLOB: unknown
  readonly DB_TYPE_NVARCHAR: unknown
  readonly DB_TYPE_RAW: unknown
  readonly DB_TYPE_INTERVAL_DS: unknown
  readonly DB_TYPE_INTERVAL_YM: unknown
  getConnection(logon: OracleLogon): Promise<OracleLine>
}
