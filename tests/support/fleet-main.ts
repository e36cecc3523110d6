// A fleet of real agents in one process, started by FleetProcess: argv[2] is a FleetPlan as JSON.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AgentConfig, resolveSettings, startAgent, type Agent } from '@wardround/agent'
import { checkYaml, openLog } from '@wardround/program'
import { AnswerLedger } from './answer-ledger.ts'
import {
  levelFile,
  type FleetAnswer,
  type FleetPlan,
  type FleetRequest,
  type FleetStatus,
} from './fleet-plan.ts'
import { ledgerProbe } from './ledger-probe.ts'
import { PacedTime } from './paced-time.ts'

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- FleetProcess writes it
const plan = JSON.parse(process.argv[2] ?? '') as FleetPlan
const time = plan.simulated && new PacedTime(plan.simulated.fromMs, plan.simulated.speed)
const agents = new Map<string, Agent>()
let isQuiet = false

process.on('message', (request: FleetRequest) => {
  if (request.type === 'quiet') isQuiet = true
  tell(request.type === 'status' ? { type: 'status', status: readStatus() } : { type: 'quiet' })
})
process.on('disconnect', () => process.exit(1))
process.on('SIGTERM', () => void stop())

for (const [at, { host, token }] of plan.hosts.entries())
  agents.set(host, await start(host, token, at === 0))
tell({ type: 'ready' })
await time?.run()

async function start(host: string, token: string, hasLevel: boolean): Promise<Agent> {
  const state = join(plan.state, host)
  mkdirSync(state, { recursive: true })
  const tokenFile = join(state, 'token')
  writeFileSync(tokenFile, token, { mode: 0o600 })
  const config = checkYaml(AgentConfig, {
    file: `${host}.yaml`,
    text: JSON.stringify({
      host,
      state,
      collector: { url: plan.collectorUrl, token: { file: tokenFile } },
      ...plan.settings,
    }),
  })
  const probe = ledgerProbe({
    ledger: new AnswerLedger(join(plan.ledgers, `${host}.ledger`)),
    series: plan.series,
    everySeconds: plan.everySeconds,
    documentEvery: plan.documentEvery,
    levelFile: hasLevel ? levelFile(plan) : undefined,
    isQuiet: () => isQuiet,
  })
  return startAgent(resolveSettings(config, [probe]), {
    log: openLog({ name: host, level: 'info' }),
    environment: {},
    probes: [probe],
    ...(time === undefined ? {} : { clocks: time, timers: time }),
  })
}

function readStatus(): FleetStatus {
  globalThis.gc?.()
  return {
    rssBytes: readRssBytes(),
    agents: Object.fromEntries([...agents].map(([host, agent]) => [host, statusOf(agent)])),
    nowMs: time?.nowMs() ?? Date.now(),
  }
}

function statusOf({ ledger, outbox, uplink }: Agent): FleetStatus['agents'][string] {
  return {
    ...ledger.entry,
    dropped: Object.fromEntries(ledger.droppedByReason),
    outboxBytes: outbox.bytes,
    outboxFailure: outbox.failure?.code,
    connected: uplink.isConnected,
  }
}

/** 0 where not even that can be read: a row may have taken all descriptors away. */
function readRssBytes(): number {
  try {
    return process.memoryUsage.rss()
  } catch {
    return 0
  }
}

async function stop(): Promise<void> {
  for (const agent of agents.values()) await agent[Symbol.asyncDispose]()
  // with what the stop itself gave up
  const last: FleetAnswer = { type: 'stopped', status: readStatus() }
  if (process.send === undefined) process.exit(0)
  else process.send(last, () => process.exit(0))
}

function tell(answer: FleetAnswer): void {
  process.send?.(answer)
}
