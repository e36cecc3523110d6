import { Type } from 'typebox'
import type { Api } from '../api.ts'
import { INFLUX_HEADERS, INFLUX_NAME } from './influx-version.ts'

const PingQuery = Type.Object({
  verbose: Type.Optional(Type.String({ description: 'Anything but false: 200 with the version' })),
  wait_for_leader: Type.Optional(Type.String({ description: 'Taken and without effect' })),
})

const Health = Type.Object({
  name: Type.Literal('influxdb'),
  message: Type.String(),
  status: Type.Literal('pass'),
  checks: Type.Array(Type.Null()),
  version: Type.String(),
  commit: Type.String(),
})

/** What clients of InfluxDB ask to find out whether somebody is there. */
export function addPingRoutes(scope: Api): void {
  scope.get(
    '/ping',
    {
      schema: {
        summary: "Whether this is InfluxDB's API: 204, with its version in X-Influxdb-Version",
        querystring: PingQuery,
        response: { 200: Type.Object({ version: Type.String() }), 204: Type.Null() },
      },
    },
    async ({ query: { verbose } }, reply) => {
      void reply.headers(INFLUX_HEADERS)
      return verbose === undefined || verbose === 'false' || verbose === '0'
        ? reply.code(204).send(null)
        : reply.send({ version: INFLUX_NAME.api })
    },
  )
  scope.get(
    '/health',
    {
      schema: {
        summary: 'As InfluxDB 2.x answers while it runs; /readyz says whether writes can be stored',
        response: { 200: Health },
      },
    },
    async (_request, reply) => {
      void reply.headers(INFLUX_HEADERS)
      return {
        name: 'influxdb' as const,
        message: 'ready for queries and writes',
        status: 'pass' as const,
        checks: [],
        version: INFLUX_NAME.api,
        commit: INFLUX_NAME.product,
      }
    },
  )
}
