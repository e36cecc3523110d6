import type { CostClass } from '@wardround/protocol'

/** A version of a server by its leading numbers: [19, 3], [8, 0, 22]. */
export type Version = readonly number[]

/**
 * One thing that the agent may send to a server, as plain data: all of them can be listed before anything is installed, and nothing
 * else can be sent (StatementGate compares by identity).
 */
export interface Statement {
  /** `<source>.<subject>` or `<source>.<subject>.<part>`, unique; `off:` of a source in agent.yaml names it. Variants of one question share it. */
  readonly id: string
  /** What is sent, to the letter: SQL, or `GET` and the path of an HTTP request. */
  readonly text: string
  /** First version that it is for. */
  readonly since?: Version
  /** First version that it is not for any more. */
  readonly before?: Version
  /** Traits that the server must have, each one of the values: `{ flavour: ['mariadb'] }`, `{ container: ['root'] }`. */
  readonly where?: Readonly<Record<string, readonly string[]>>
  /** Views, tables and functions that it reads, as the grants name them. */
  readonly reads: readonly string[]
  /** Statements with which the DBA lets the agent's account send this one; `wardround` stands for the account. Empty: every account may. */
  readonly grants: readonly string[]
  readonly cost: CostClass
  /** The session can't be set up without it: it can't be switched off. */
  readonly isNeeded?: true
  /** How often it is sent, where that is not its probe's interval. */
  readonly everySeconds?: number
  /** Server-side and client-side deadline; by its cost class where absent. */
  readonly timeoutMs?: number
}

/** A server as its first answers show it. */
export interface ServerFacts {
  /** As the server writes it. */
  readonly versionText: string
  readonly version: Version
  /** The account that is logged on, as grants name it; that of agent.yaml where the server does not say. */
  readonly account?: string
  /** What statements are chosen by, beside the version. */
  readonly traits: Readonly<Record<string, string>>
}

const TIMEOUT_MS: Record<CostClass, number> = { cheap: 5_000, moderate: 10_000, slow: 60_000 }

/** Deadline of a statement, ms. */
export function timeoutMsOf(statement: Statement): number {
  return statement.timeoutMs ?? TIMEOUT_MS[statement.cost]
}

/** The first variant that is for this server; undefined where none is. */
export function chooseVariant(
  variants: readonly Statement[],
  facts: ServerFacts,
): Statement | undefined {
  return variants.find((statement) => isFor(statement, facts))
}

function isFor(
  { since, before, where = {} }: Statement,
  { version, traits }: ServerFacts,
): boolean {
  if (since !== undefined && compareVersions(version, since) < 0) return false
  if (before !== undefined && compareVersions(version, before) >= 0) return false
  return Object.entries(where).every(([trait, values]) => values.includes(traits[trait] ?? ''))
}

/** Negative, 0 or positive; what is not said counts as 0. */
export function compareVersions(left: Version, right: Version): number {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The leading numbers of a server's own words: `10.11.14-MariaDB-0+deb12u2` → [10, 11, 14]. Empty where it begins with none. */
export function parseVersion(text: string): Version {
  return (/^\d+(?:\.\d+)*/.exec(text)?.[0] ?? '').split('.').filter(Boolean).map(Number)
}
