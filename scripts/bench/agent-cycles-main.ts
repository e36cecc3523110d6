// An agent whose time runs a thousand times as fast, for memory over many cycles; started by agent-cycles.ts with a plan in argv[2].
// It says "cycles N" every hundred cycles.
import { AgentConfig, resolveSettings, startAgent, type Probe } from '@wardround/agent'
import { checkYaml, openLog } from '@wardround/program'
import { PROBES } from '../../agent/src/probes.gen.ts'

const SPEED = 1_000

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- agent-cycles.ts writes it
const plan = JSON.parse(process.argv[2] ?? '') as {
  readonly url: string
  readonly tokenFile: string
  readonly state: string
}
/** Deadlines of the line are of real time: they are made as long as the rest is made short. */
const long = '20000s'
const settings = resolveSettings(
  checkYaml(AgentConfig, {
    file: 'agent.yaml',
    text: JSON.stringify({
      host: 'cycles',
      state: plan.state,
      collector: { url: plan.url, token: { file: plan.tokenFile } },
      outbox: { spillAfter: long },
      uplink: { welcomeWithin: long, pingEvery: long, pongWithin: long },
    }),
  }),
)
const startMs = performance.now()
const startedAtMs = Date.now()
let cycles = 0
/** One probe of those that run in each cycle counts them. */
const probes = PROBES.map((probe): Probe =>
  probe.name === 'host.cpu'
    ? {
        ...probe,
        sample(run) {
          if (++cycles % 100 === 0) console.log(`cycles ${cycles}`)
          return probe.sample(run)
        },
      }
    : probe,
)
const elapsedMs = () => (performance.now() - startMs) * SPEED
await startAgent(settings, {
  log: openLog({ name: 'cycles', level: 'error' }),
  environment: {},
  probes,
  clocks: {
    nowMs: () => Math.floor(startedAtMs + elapsedMs()),
    monotonicMs: () => elapsedMs(),
    sinceBootMs: () => elapsedMs(),
  },
  timers: {
    after(delayMs, callback) {
      const timer = setTimeout(callback, Math.ceil(delayMs / SPEED))
      return () => clearTimeout(timer)
    },
  },
})
