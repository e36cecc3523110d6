import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Language, Logger } from '@wardround/program'
import { fastify } from 'fastify'
import { addAgentRoute, type AgentRouteParts, registerWebSockets } from '../ingest/agent-route.ts'
import type { KnownTokens } from '../ingest/token-identity.ts'
import type { AgentRows } from '../live/agent-rows.ts'
import type { LiveStream } from '../live/live-stream.ts'
import type { AlertDesk } from '../notify/alert-desk.ts'
import type { State } from '../state/state.ts'
import type { Store } from '../store/store.ts'
import { guardAccess } from './access.ts'
import type { Api } from './api.ts'
import { addConsole, addSecurityHeaders, markDemo } from './console.ts'
import { takeJsonInUtf8 } from './json-body.ts'
import { handleProblems, problemAnswerer, type ProblemParts } from './problem.ts'
import { addWriteRoutes, type WriteRouteParts } from './influx/write-routes.ts'
import { addInfluxQueryRoutes } from './influx/query-routes.ts'
import { addAgentRoutes } from './routes/agents.ts'
import { refuseUnknownParameters } from './unknown-parameters.ts'
import { addAlertActionRoutes } from './routes/alert-actions.ts'
import { addAlertRoutes, type AlertSource } from './routes/alerts.ts'
import { addHealthRoutes, type HealthParts } from './routes/health.ts'
import { addHeartbeatRoute, type HeartbeatReceiver } from './routes/heartbeat.ts'
import { addLiveRoute } from './routes/live.ts'
import { addProjectRoutes, type ProjectRouteParts } from './routes/projects.ts'
import { addRelayRoute, type RelayReceiver } from './routes/relay.ts'
import { addQueryRoutes } from './routes/query.ts'
import { addSilenceRoutes } from './routes/silences.ts'
import { addRecordRoutes } from './routes/records.ts'

export interface ServerParts extends ProjectRouteParts, WriteRouteParts {
  readonly version: string
  /** All data is invented: every answer says so. */
  readonly isDemo: boolean
  readonly agents: AgentRouteParts
  readonly loopbackOnly: boolean
  readonly tokens: KnownTokens
  readonly store: Store
  readonly state: Pick<State, 'events' | 'inventory'>
  readonly rows: AgentRows
  readonly alerts: AlertSource
  /** What people do about alerts. */
  readonly alertDesk: AlertDesk
  readonly stream: LiveStream
  readonly health: HealthParts
  readonly heartbeats: HeartbeatReceiver
  readonly relay: RelayReceiver
  /** Directory of the built page. */
  readonly console: string
  readonly language: () => Language
  readonly log: Logger
  readonly nowMs: () => number
}

/** Of a request: headers and body; an agent's upgrade is one. */
const REQUEST_TIMEOUT_MS = 10_000
const MAX_BODY_BYTES = 65_536

/** HTTP and WebSocket of the collector, not yet listening. */
export async function buildServer(parts: ServerParts): Promise<Api> {
  const problems: ProblemParts = {
    language: parts.language,
    // without its parameters: a client of InfluxDB may send a token among them
    onUnexpected: (error, { method, url }) =>
      parts.log.error({ err: error, method, url: url.split('?', 1)[0] }, 'a request failed'),
  }
  const answerProblem = problemAnswerer(problems)
  const app = fastify({
    frameworkErrors: (error, request, reply) => void answerProblem(error, request, reply),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 0,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 256 },
    http: { headersTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 16_384 },
  }).withTypeProvider<TypeBoxTypeProvider>()
  handleProblems(app, problems)
  addSecurityHeaders(app)
  if (parts.isDemo) markDemo(app)
  takeJsonInUtf8(app)
  guardAccess(app, parts)
  refuseUnknownParameters(app)
  await app.register(swagger, { openapi: openApi(parts.version) })
  await registerWebSockets(app)
  addAgentRoute(app, parts.agents)
  await addWriteRoutes(app, parts)
  addHealthRoutes(app, { ...parts.health, language: parts.language })
  addAgentRoutes(app, parts)
  addQueryRoutes(app, parts)
  await addInfluxQueryRoutes(app, parts)
  addRecordRoutes(app, parts)
  addProjectRoutes(app, parts)
  addAlertRoutes(app, { source: parts.alerts, language: parts.language })
  addAlertActionRoutes(app, parts.alertDesk)
  addSilenceRoutes(app, parts)
  addLiveRoute(app, parts)
  addHeartbeatRoute(app, parts)
  await addRelayRoute(app, parts)
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger())
  await addConsole(app, parts.console)
  return app
}

function openApi(version: string) {
  return {
    openapi: '3.1.0' as const,
    info: {
      title: 'Wardround collector',
      version,
      description:
        'Hosts, series, alerts, events and inventory of a Wardround collector. Errors are application/problem+json (RFC 9457).',
    },
    components: {
      securitySchemes: { token: { type: 'http' as const, scheme: 'bearer' } },
    },
  }
}
