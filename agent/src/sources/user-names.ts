import { NoDataError } from '../probe.ts'
import type { HostFiles } from './host-files.ts'

const KEPT_MS = 600_000

/** Names of the local users, from /etc/passwd, read anew after ten minutes. Users of a directory service have only their number. */
export class UserNames {
  readonly #files: HostFiles
  #names = new Map<number, string>()
  #ids = new Map<string, number>()
  #readAtMs = Number.NEGATIVE_INFINITY

  constructor(files: HostFiles) {
    this.#files = files
  }

  /** The name, or the number as text where no name is known. */
  nameOf(id: number, timeMs: number): string {
    this.#refresh(timeMs)
    return this.#names.get(id) ?? String(id)
  }

  /** Of a name, or of a number as text; undefined where there is no such user. */
  idOf(user: string, timeMs: number): number | undefined {
    this.#refresh(timeMs)
    return this.#ids.get(user) ?? (/^\d+$/.test(user) ? Number(user) : undefined)
  }

  #refresh(timeMs: number): void {
    if (Math.abs(timeMs - this.#readAtMs) < KEPT_MS) return
    this.#readAtMs = timeMs
    const users = parsePasswd(this.#readPasswd())
    this.#ids = new Map(users)
    // Two names may share a number: the first one listed stands.
    this.#names = new Map(users.toReversed().map(([name, id]) => [id, name]))
  }

  #readPasswd(): string {
    try {
      return this.#files.readOnce('/etc/passwd').toString('utf8')
    } catch (error) {
      if (error instanceof NoDataError) return ''
      throw error
    }
  }
}

/** Parses passwd(5): `name:password:uid:…`, one user a line. */
function parsePasswd(text: string): [name: string, id: number][] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name, , id]) => name !== '' && id !== undefined && /^\d+$/.test(id))
    .map(([name = '', , id]) => [name, Number(id)])
}
