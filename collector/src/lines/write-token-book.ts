import type { LocalizedText } from '@wardround/program'
import { hashToken, newToken } from '../state/token.ts'
import type { WriteTokenRow } from '../state/write-tokens.ts'
import { fitsPattern, isPattern } from './host-pattern.ts'
import type { WriteTokenRequest } from './write-token-request.ts'

/** What a token that was shown lets its bearer do. */
export type WriteToken = WriteTokenRow

interface WriteTokenStorage {
  list(): Promise<readonly WriteTokenRow[]>
  add(token: WriteTokenRow): Promise<void>
  remove(name: string): Promise<void>
}

export interface WriteTokenBookParts {
  readonly storage: WriteTokenStorage
  /** Whether an agent speaks for the host or device: its own, or one that polls it. */
  readonly hasAgent: (host: string) => boolean
  readonly nowMs: () => number
}

/** A name that is another token's already. */
export class WriteTokenExistsError extends Error {
  override readonly name = 'WriteTokenExistsError'
}

/**
 * Who may write lines, about which hosts, and for which project. The valid tokens are in memory, so that a write waits for no disk; what is created or
 * revoked is stored first.
 */
export class WriteTokenBook {
  readonly #parts: WriteTokenBookParts
  /** In the order of their making. */
  readonly #byHash = new Map<string, WriteToken>()
  #generation = 0

  private constructor(parts: WriteTokenBookParts, tokens: readonly WriteTokenRow[]) {
    this.#parts = parts
    for (const token of tokens) this.#byHash.set(token.hash, token)
  }

  static async open(parts: WriteTokenBookParts): Promise<WriteTokenBook> {
    return new WriteTokenBook(parts, await parts.storage.list())
  }

  /** Rises whenever a token comes or goes: what was concluded from tokens before may no longer hold. */
  get generation(): number {
    return this.#generation
  }

  list(): WriteToken[] {
    return [...this.#byHash.values()]
  }

  /** Comparing hashes of random tokens leaks nothing by its time. */
  find(token: string): WriteToken | undefined {
    return this.#byHash.get(hashToken(token))
  }

  /** Makes a token and keeps its hash; the token itself is known to the caller alone. @throws WriteTokenExistsError */
  async create({ name, project, role, hosts }: WriteTokenRequest): Promise<string> {
    if (this.list().some((token) => token.name === name)) throw new WriteTokenExistsError(name)
    const token = newToken('write')
    const createdAtMs = this.#parts.nowMs()
    const row = { hash: hashToken(token), name, project, role, hosts, createdAtMs }
    await this.#parts.storage.add(row)
    this.#byHash.set(row.hash, row)
    this.#generation++
    return token
  }

  /** From now on the token opens nothing. False where there is none of that name. */
  async revoke(name: string): Promise<boolean> {
    const found = this.list().find((token) => token.name === name)
    if (found === undefined) return false
    await this.#parts.storage.remove(name)
    this.#byHash.delete(found.hash)
    this.#generation++
    return true
  }

  /** Project and role of a host for which no agent speaks; undefined where no token names it. */
  placeOf(host: string): { project: string; role?: string } | undefined {
    if (this.#parts.hasAgent(host)) return undefined
    const owner = this.#ownerOf(host)
    if (owner === undefined) return undefined
    return { project: owner.project, ...(owner.role === null ? {} : { role: owner.role }) }
  }

  /** Why a token may not write about a host; undefined: it may. */
  whyNot(token: WriteToken, host: string): LocalizedText | undefined {
    if (!this.#covers(token, host)) return this.#notCovered(token, host)
    const owner = this.#ownerOf(host)
    if (owner === undefined || (owner.project === token.project && owner.role === token.role))
      return undefined
    return {
      zh: `主机“${host}”属于写入令牌“${owner.name}”的项目 ${owner.project}`,
      en: `host "${host}" belongs to project ${owner.project}, by the write token "${owner.name}"`,
    }
  }

  #notCovered({ name, hosts }: WriteToken, host: string): LocalizedText {
    const isTaken = hosts.some((pattern) => isPattern(pattern) && fitsPattern(host, pattern))
    return isTaken
      ? {
          zh: `主机“${host}”由采集代理负责；须在写入令牌中写明其名称，通配不包括它`,
          en: `an agent speaks for host "${host}"; a write token must name it, a pattern does not reach it`,
        }
      : {
          zh: `主机“${host}”不在写入令牌“${name}”的主机之列`,
          en: `host "${host}" is not among those of the write token "${name}"`,
        }
  }

  /** The first that was made for a host says whose it is: two projects can't both have it. */
  #ownerOf(host: string): WriteToken | undefined {
    for (const token of this.#byHash.values()) if (this.#covers(token, host)) return token
    return undefined
  }

  #covers({ hosts }: WriteToken, host: string): boolean {
    if (hosts.includes(host)) return true
    return (
      hosts.some((name) => isPattern(name) && fitsPattern(host, name)) &&
      !this.#parts.hasAgent(host)
    )
  }
}
