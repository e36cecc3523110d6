import type { RuleStateRow, Transition } from '../alert.ts'
import type { SilenceRule } from '../compiled-rule.ts'
import { alertId, type AlertSubject, type LiveAlert } from '../alerts/live-alert.ts'
import type { LiveAlerts, RowChanges } from '../alerts/live-alerts.ts'
import { ruleFor } from '../points/rule-choice.ts'
import { detailsOf, type PingState, spokenRule } from './ping-state.ts'
import type { Downtime, RowKeeper, RowKey } from '../alerts/row-keeper.ts'
import type { SilentKind } from './silent-kind.ts'
import { HostPings, PING_ROWS } from './host-pings.ts'
import { hear, release, silence } from './silent-levels.ts'

/** Silence shorter than this is not worth a row. */
const WORTH_SAVING_MS = 30_000
const SAVED_STEP_MS = 10_000
/** Agents that lost the collector come back within this time. */
const COMEBACK_MS = 60_000

interface Contact {
  lastAtMs: number
  /** When the last sign of life counted as a heartbeat. */
  beatAtMs: number
  /** Silence as its row has it; undefined: it has no row. */
  savedMs: number | undefined
}

/**
 * Rules about agents, or others of one kind, that are no longer heard of. Silence is time during which the collector listened: what an agent had been silent before a
 * restart counts, the collector's own absence doesn't. An agent is known from its first sign of life on.
 */
export class SilenceWatch implements RowKeeper {
  readonly rowIds: readonly string[]
  readonly #kind: SilentKind
  /** Under this rule id, which no rule file can give, rows say how long an agent has been silent. */
  readonly #contactRows: string
  readonly #contacts = new Map<string, Contact>()
  readonly #pings = new HostPings()
  /** Agents whose rows about silence must go. */
  readonly #forgotten = new Set<string>()
  readonly #alerts: LiveAlerts
  readonly #beatSpacingMs: number
  #rules: readonly SilenceRule[] = []
  #notBeforeMs = -Infinity

  /** Signs of life closer together than `beatSpacingMs` count as one heartbeat. */
  constructor(
    kind: SilentKind,
    rules: readonly SilenceRule[],
    alerts: LiveAlerts,
    beatSpacingMs: number,
  ) {
    this.#kind = kind
    this.#contactRows = `@${kind}`
    this.rowIds = kind === 'agent' ? [this.#contactRows, PING_ROWS] : [this.#contactRows]
    this.rules = rules
    this.#alerts = alerts
    this.#beatSpacingMs = beatSpacingMs
  }

  set rules(rules: readonly SilenceRule[]) {
    this.#rules = rules.filter(({ of }) => of === this.#kind)
  }

  /** Exactly these are waited for, from now on where they are new; what is told of others ends. */
  expect(names: readonly string[], atMs: number, transitions: Transition[]): void {
    for (const name of this.#contacts.keys()) {
      if (names.includes(name)) continue
      this.forget(name)
      for (const rule of this.#rules) this.#end(rule, name, atMs, transitions)
    }
    for (const name of names)
      if (!this.#contacts.has(name))
        this.#contacts.set(name, { lastAtMs: atMs, beatAtMs: atMs, savedMs: undefined })
  }

  /** An agent was heard of. */
  contact(agent: string, atMs: number, transitions: Transition[]): void {
    const contact = this.#contacts.get(agent)
    if (contact === undefined) {
      this.#contacts.set(agent, { lastAtMs: atMs, beatAtMs: atMs, savedMs: undefined })
      return
    }
    contact.lastAtMs = atMs
    if (atMs - contact.beatAtMs < this.#beatSpacingMs) return
    contact.beatAtMs = atMs
    for (const rule of this.#rules) this.#countBeat(rule, agent, atMs, transitions)
  }

  /** What ping says of an agent's host. A host that is up again before its agent is not told of as long as its agent was heard of. */
  hearPing(agent: string, ping: PingState): void {
    this.#pings.hear(agent, ping)
  }

  pingOf(agent: string): PingState {
    return this.#pings.of(agent)
  }

  /** Declares silent who has been silent for long enough. */
  check(atMs: number, transitions: Transition[]): void {
    if (atMs < this.#notBeforeMs) return
    const shortestMs = Math.min(...this.#rules.flatMap(timesOf))
    for (const [agent, { lastAtMs }] of this.#contacts) {
      const silentMs = atMs - lastAtMs
      if (silentMs < shortestMs) continue
      for (const rule of this.#rules)
        this.#raise(this.#ruleOf(rule, agent), agent, silentMs, atMs, transitions)
    }
  }

  /** Agents that lost the collector take time to come back: nobody is declared silent before. */
  restoreRow({ ruleId, key, json }: RuleStateRow, { atMs, downMs }: Downtime): boolean {
    if (ruleId === PING_ROWS) return this.#pings.restore(key, json)
    const savedMs = Number(json)
    if (!(savedMs >= 0)) return false
    this.#contacts.set(key, { lastAtMs: atMs - savedMs, beatAtMs: -Infinity, savedMs })
    this.#notBeforeMs = atMs + Math.min(COMEBACK_MS, downMs)
    return true
  }

  /** When an agent was last heard of, by the engine's clock. */
  heardAtMs(agent: string): number | undefined {
    return this.#contacts.get(agent)?.lastAtMs
  }

  /** A person retired its host: it is known again when it is heard of again. False where it isn't known. */
  forget(agent: string): boolean {
    this.#forgotten.add(agent)
    this.#pings.forget(agent)
    return this.#contacts.delete(agent)
  }

  /** Rows of agents that are new or gone, or whose silence has changed by a step; and of what ping newly says. */
  takeRows(atMs: number): RowChanges {
    const put: RuleStateRow[] = []
    for (const [agent, contact] of this.#contacts) {
      const silentMs = atMs - contact.lastAtMs
      const worthMs =
        silentMs < WORTH_SAVING_MS ? 0 : Math.floor(silentMs / SAVED_STEP_MS) * SAVED_STEP_MS
      if (contact.savedMs === worthMs) continue
      contact.savedMs = worthMs
      put.push({ ruleId: this.#contactRows, key: agent, json: String(worthMs) })
    }
    const pings = this.#pings.takeRows()
    return {
      put: [...put, ...pings.put],
      remove: [...this.#takeForgotten(), ...pings.remove],
    }
  }

  returnRow({ ruleId, key: agent }: RowKey): void {
    if (ruleId === PING_ROWS) return this.#pings.returnRow(agent)
    const contact = this.#contacts.get(agent)
    if (contact === undefined) this.#forgotten.add(agent)
    else contact.savedMs = undefined
  }

  #takeForgotten(): RowKey[] {
    const gone = [...this.#forgotten].filter((key) => !this.#contacts.has(key))
    this.#forgotten.clear()
    return gone.map((key) => ({ ruleId: this.#contactRows, key }))
  }

  #end(rule: SilenceRule, name: string, atMs: number, transitions: Transition[]): void {
    const live = this.#alerts.get(alertId(subjectOf(rule, name)))
    const transition = live === undefined ? undefined : this.#alerts.end(live, atMs, 'rule')
    if (transition !== undefined) transitions.push(transition)
  }

  #raise(
    rule: SilenceRule,
    agent: string,
    silentMs: number,
    atMs: number,
    transitions: Transition[],
  ): void {
    const ping = this.pingOf(agent)
    const late = rule.levels.filter(({ forMs }) => silentMs >= forMs)
    if (late.length === 0) return
    const due = late.filter(({ pings }) => pings.includes(ping))
    const subject = subjectOf(rule, agent)
    const known = this.#alerts.get(alertId(subject))
    if (due.length === 0 && known === undefined) return
    const live = known ?? this.#alerts.begin(subject, rule)
    live.value = Math.round(silentMs / 1000)
    live.lastAtMs = atMs
    live.details = detailsOf(ping)
    let changed = false
    for (const level of late) {
      const isDue = due.includes(level)
      changed = (isDue ? silence(live, level) : release(live, level)) || changed
    }
    if (changed) this.#settle(live, rule, atMs, transitions)
  }

  #countBeat(rule: SilenceRule, agent: string, atMs: number, transitions: Transition[]): void {
    const live = this.#alerts.get(alertId(subjectOf(rule, agent)))
    if (live === undefined) return
    for (const level of this.#ruleOf(rule, agent).levels) hear(live, level, atMs)
    this.#settle(live, rule, atMs, transitions)
  }

  #ruleOf(rule: SilenceRule, agent: string): SilenceRule {
    if (rule.overrides.length === 0) return rule
    return ruleFor(rule, this.#alerts.subjectTags(agent)) ?? rule
  }

  #settle(live: LiveAlert, rule: SilenceRule, atMs: number, transitions: Transition[]): void {
    this.#alerts.touch(live)
    const spoken = spokenRule(rule, live)
    live.text = { ...live.text, name: spoken.name }
    const telling = { rule: spoken, timeMs: atMs, reason: 'condition' } as const
    const transition = this.#alerts.settle(live, telling)
    if (transition !== undefined) transitions.push(transition)
  }
}

/** After what silence a rule has something to say, somewhere. */
function timesOf({ levels, overrides }: SilenceRule): number[] {
  return [levels, ...overrides.map(({ rule }) => rule.levels)].flat().map(({ forMs }) => forMs)
}

function subjectOf({ id }: SilenceRule, agent: string): AlertSubject {
  return { ruleId: id, key: agent, host: agent, measurement: '', tags: {} }
}
