import type { Logger } from '@wardround/program'
import type { SubjectRow } from '../state/subjects.ts'
import { isTokenName } from '../control/token-request.ts'

interface SubjectStorage {
  list(): Promise<readonly SubjectRow[]>
  put(subject: SubjectRow): Promise<void>
  remove(name: string): Promise<void>
}

export interface SubjectBookParts {
  readonly storage: SubjectStorage
  /** Whether a host of that name has, or may have, an agent of its own. */
  readonly isHost: (name: string) => boolean
  readonly nowMs: () => number
  readonly log: Logger
}

/** Why an agent may not speak for a subject, in words for its log. */
export interface SubjectRefusal {
  readonly reason: string
  /** The agent that speaks for it; undefined where nobody may. */
  readonly holder: string | undefined
}

/** Devices that one agent may hold; more than any site polls from one host. */
export const MAX_SUBJECTS_PER_AGENT = 2_000

/**
 * Which agent speaks for which polled device or remote host (design D8). The first to name one holds it, until a person moves or removes it; nobody
 * speaks for a host that has an identity of its own. A claim counts at once and is written beside: one that a crash forgets is made again with the
 * agent's next connection.
 */
export class SubjectBook {
  readonly #parts: SubjectBookParts
  readonly #rows = new Map<string, SubjectRow>()
  readonly #held = new Map<string, number>()
  #onMoved: (agents: readonly string[], subject: string) => void = () => undefined
  /** The move or removal that came last: two at once would each see what was before both. */
  #changing: Promise<unknown> = Promise.resolve()

  private constructor(parts: SubjectBookParts, rows: readonly SubjectRow[]) {
    this.#parts = parts
    for (const row of rows) this.#set(row)
  }

  static async open(parts: SubjectBookParts): Promise<SubjectBook> {
    return new SubjectBook(parts, await parts.storage.list())
  }

  /** By name. */
  list(): SubjectRow[] {
    return [...this.#rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Told of the agents whose right to speak for a subject changed: their connections begin anew. */
  onMoved(listener: (agents: readonly string[], subject: string) => void): void {
    this.#onMoved = listener
  }

  holderOf(name: string): string | undefined {
    return this.#rows.get(name)?.agent
  }

  /** Takes a free subject for an agent; undefined when the agent may speak for it. */
  claim(name: string, agent: string): SubjectRefusal | undefined {
    const holder = this.holderOf(name)
    if (holder === agent) return undefined
    if (holder !== undefined)
      return { holder, reason: `"${name}" is polled by the agent of ${holder}` }
    const reason = this.#whyNot(name, agent)
    if (reason !== undefined) return { holder: undefined, reason }
    this.#write({ name, agent, sinceMs: this.#parts.nowMs() })
    return undefined
  }

  /**
   * Gives a subject to another agent; returns who held it. Durable when it resolves.
   * @throws SubjectError for a name that nobody holds, or that can't be held
   */
  move(name: string, agent: string): Promise<string> {
    return this.#inTurn(() => this.#move(name, agent))
  }

  /** Lets a subject go; returns who held it. What was measured of it stays. @throws SubjectError */
  remove(name: string): Promise<string> {
    return this.#inTurn(() => this.#remove(name))
  }

  #inTurn(change: () => Promise<string>): Promise<string> {
    const done = this.#changing.then(change)
    this.#changing = done.catch(() => undefined) // whoever asked for it is told
    return done
  }

  async #move(name: string, agent: string): Promise<string> {
    const before = this.#known(name)
    if (before.agent === agent) return agent
    const { isHost, storage, nowMs } = this.#parts
    if (!isHost(agent)) throw new SubjectError('NO_AGENT', agent)
    const row = { name, agent, sinceMs: nowMs() }
    await storage.put(row)
    this.#set(row)
    this.#onMoved([before.agent, agent], name)
    return before.agent
  }

  async #remove(name: string): Promise<string> {
    const { agent } = this.#known(name)
    await this.#parts.storage.remove(name)
    this.#rows.delete(name)
    this.#count(agent, -1)
    this.#onMoved([agent], name)
    return agent
  }

  #known(name: string): SubjectRow {
    const row = this.#rows.get(name)
    if (row === undefined) throw new SubjectError('NO_SUBJECT', name)
    return row
  }

  #whyNot(name: string, agent: string): string | undefined {
    const shown = JSON.stringify(name.slice(0, 256))
    if (!isTokenName(name))
      return `${shown} can't be a name: letters, digits, dots, dashes, underscores`
    if (this.#parts.isHost(name)) return `${name} is a host with an agent of its own`
    return (this.#held.get(agent) ?? 0) >= MAX_SUBJECTS_PER_AGENT
      ? `the agent of ${agent} holds ${MAX_SUBJECTS_PER_AGENT} devices already`
      : undefined
  }

  #write(row: SubjectRow): void {
    const { storage, log } = this.#parts
    this.#set(row)
    log.info({ subject: row.name, agent: row.agent }, 'an agent polls a device')
    storage.put(row).catch((error: unknown) => {
      log.error({ err: error, subject: row.name }, 'who polls a device could not be written')
    })
  }

  #set(row: SubjectRow): void {
    const before = this.#rows.get(row.name)
    if (before !== undefined) this.#count(before.agent, -1)
    this.#rows.set(row.name, row)
    this.#count(row.agent, 1)
  }

  #count(agent: string, by: number): void {
    this.#held.set(agent, (this.#held.get(agent) ?? 0) + by)
  }
}

/** A move or a removal that can't be. */
export class SubjectError extends Error {
  override readonly name = 'SubjectError'
  readonly code: 'NO_SUBJECT' | 'NO_AGENT'
  /** The name that is not known. */
  readonly subject: string

  constructor(code: SubjectError['code'], subject: string) {
    super(
      code === 'NO_SUBJECT'
        ? `nobody polls "${subject}"`
        : `there is no agent of host "${subject}"`,
    )
    this.code = code
    this.subject = subject
  }
}
