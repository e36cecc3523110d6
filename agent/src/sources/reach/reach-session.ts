import type { Clocks } from '../../clocks.ts'
import type { CommandRunner } from '../commands.ts'
import type { TcpCheck } from './check-tcp.ts'
import type { DnsCheck } from './check-dns.ts'
import type { HttpCheck } from './check-http.ts'
import type { FileCountCheck } from './count-files.ts'

/** An entry of `http:`. */
export interface HttpEntry {
  readonly server: string
  readonly method: 'GET' | 'HEAD'
  readonly name: string | undefined
  readonly timeoutMs: number
  /** Secrets and authorities are read when it is asked for. @throws ProbeError UNREADABLE */
  readonly prepare: () => Promise<HttpCheck>
}

/** A directory, with a place of its own for its program: one that hangs holds up no other. */
export interface FileCountEntry extends FileCountCheck {
  readonly commands: CommandRunner
}

/** What the probes of one entry read through. */
export interface ReachSession {
  readonly ping: readonly { readonly host: string; readonly name: string | undefined }[]
  readonly tcp: readonly TcpCheck[]
  readonly http: readonly HttpEntry[]
  readonly dns: readonly DnsCheck[]
  readonly filecount: readonly FileCountEntry[]
  readonly timeoutMs: number
  readonly commands: CommandRunner
  readonly clocks: Pick<Clocks, 'monotonicMs'>
  /** @throws NoDataError while the source is paused */
  refuseWhenPaused(): void
}
