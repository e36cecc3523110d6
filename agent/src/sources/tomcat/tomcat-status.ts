/** What the manager says of Tomcat, from XML or JSON; what is −1 there (no limit, an executor) is missing. */
export interface TomcatStatus {
  readonly memory: {
    readonly free: number | undefined
    readonly total: number | undefined
    readonly max: number | undefined
  }
  readonly pools: readonly MemoryPool[]
  readonly connectors: readonly Connector[]
  /** Undefined where the manager does not tell them: XML never does. */
  readonly contexts: readonly Context[] | undefined
}

export interface MemoryPool {
  readonly name: string
  /** `Heap memory` or `Non-heap memory`. */
  readonly type: string
  readonly init: number | undefined
  readonly committed: number | undefined
  readonly max: number | undefined
  readonly used: number | undefined
}

export interface Connector {
  /** Without the quotes that it has as a part of an MBean's name: http-nio-8080. */
  readonly name: string
  readonly maxThreads: number | undefined
  readonly threads: number | undefined
  readonly busy: number | undefined
  readonly maxTimeMs: number | undefined
  readonly processingTimeMs: number | undefined
  readonly requests: number | undefined
  readonly errors: number | undefined
  readonly bytesReceived: number | undefined
  readonly bytesSent: number | undefined
}

/** An application of a virtual host. */
export interface Context {
  readonly virtualHost: string
  /** `/` for the root application. */
  readonly path: string
  readonly isStarted: boolean | undefined
  readonly activeSessions: number | undefined
  readonly mostSessions: number | undefined
  readonly createdSessions: number | undefined
  readonly rejectedSessions: number | undefined
  readonly expiredSessions: number | undefined
}

/** Takes the quotes off a name. */
export function unquote(name: string): string {
  return name.length > 1 && name.startsWith('"') && name.endsWith('"') ? name.slice(1, -1) : name
}
