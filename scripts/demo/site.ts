import { faultsOf } from './faults.ts'
import type { FactSheet } from './facts.ts'
import { agentParts } from './models/agent.ts'
import { hostParts } from './models/host.ts'
import { databaseHosts } from './site-databases.ts'
import { operationsHost } from './site-operations.ts'
import type { HostDraft, SiteSubject } from './site-parts.ts'
import { webHosts } from './site-web.ts'

/** A host whose agent is simulated, with what it polls. */
export interface SiteAgent {
  readonly host: string
  readonly subjects: readonly SiteSubject[]
  /** What it is made of, and what happened there. */
  readonly facts: FactSheet
  /** Its agent was away at that time: nothing comes. */
  readonly isAway: (timeMs: number) => boolean
}

/** The whole invented site, as functions of time. `bornMs`: when the demo was first started; its story is told from there. */
export function siteOf(bornMs: number): SiteAgent[] {
  const faults = faultsOf(bornMs)
  const drafts = [
    ...databaseHosts(faults, bornMs),
    ...webHosts(faults, bornMs),
    operationsHost(faults, bornMs),
  ]
  return drafts.map(toAgent)
}

function toAgent({ plan, parts, devices = [], facts }: HostDraft): SiteAgent {
  const own = [...hostParts(plan), ...parts]
  const all = [...own, ...devices.flatMap((device) => device.parts)]
  const rows = new Map<string, number>()
  for (const { probe } of all) rows.set(probe, (rows.get(probe) ?? 0) + 1)
  const runs = [...rows].map(([probe, count]) => ({ probe, rows: count }))
  return {
    host: plan.name,
    subjects: [{ subject: '', parts: [...own, ...agentParts(plan, runs)] }, ...devices],
    facts,
    isAway: plan.isAway ?? (() => false),
  }
}
