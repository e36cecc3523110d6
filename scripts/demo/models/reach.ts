import { drift, random, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import type { Rhythm } from '../rhythm.ts'

export interface ReachPlan {
  readonly rhythm: Rhythm
  readonly pings: readonly { readonly url: string; readonly name: string; readonly ms: number }[]
  readonly pages: readonly {
    readonly server: string
    readonly name: string
    readonly isSlow: (timeMs: number) => boolean
  }[]
  readonly ports: readonly {
    readonly server: string
    readonly port: string
    readonly name: string
  }[]
  readonly resolver: string
}

export function reachParts({ rhythm, pings, pages, ports, resolver }: ReachPlan): Part[] {
  return [
    ...pings.map(({ url, name, ms }) => {
      const seed = seedOf(`ping ${url}`)
      return part('reach.ping', 'ping', { url, name }, (timeMs) => {
        const average = ms * (1 + 0.15 * drift(seed, timeMs))
        return {
          packets_transmitted: 5,
          packets_received: 5,
          percent_packet_loss: 0,
          minimum_response_ms: average * 0.8,
          average_response_ms: average,
          maximum_response_ms: average * (1.2 + random(seed, Math.floor(timeMs / 60_000)) ** 4),
          standard_deviation_ms: average * 0.1,
          result_code: 0,
        }
      })
    }),
    ...pages.map(({ server, name, isSlow }) => {
      const seed = seedOf(`page ${server}`)
      const tags = { server, method: 'GET', name, status_code: '200', result: 'success' }
      return part('reach.http', 'http_response', tags, (timeMs) => {
        const seconds =
          0.06 +
          0.22 * rhythm.level(timeMs) * (1 + 0.4 * drift(seed, timeMs)) +
          (isSlow(timeMs) ? 1.4 : 0)
        return {
          response_time: seconds,
          http_response_code: 200,
          response_string_match: 1,
          content_length: 18_400,
          result_code: 0,
          connect_ms: 1.2,
          tls_ms: 7.5,
          first_byte_ms: seconds * 900,
          tls_verified: 1,
        }
      })
    }),
    ...ports.map(({ server, port, name }) =>
      part(
        'reach.tcp',
        'net_response',
        { server, port, protocol: 'tcp', name, result: 'success' },
        (timeMs) => ({
          response_time:
            0.0008 + 0.0006 * random(seedOf(server + port), Math.floor(timeMs / 60_000)),
          result_code: 0,
        }),
      ),
    ),
    part(
      'reach.dns',
      'dns_query',
      {
        server: resolver,
        domain: 'portal.demo.example',
        record_type: 'A',
        result: 'success',
        rcode: 'NOERROR',
      },
      (timeMs) => ({
        query_time_ms: 1 + 2 * random(seedOf(resolver), Math.floor(timeMs / 60_000)),
        result_code: 0,
        rcode_value: 0,
        answers: 1,
      }),
    ),
    part(
      'reach.filecount',
      'filecount',
      { directory: '/data/upload/outbox', pattern: '*.xml' },
      (timeMs) => {
        const count = Math.round(3 + 24 * rhythm.level(timeMs))
        return {
          count,
          size_bytes: count * 44_000,
          oldest_file_age_seconds: 40 + 60 * rhythm.level(timeMs),
          newest_file_age_seconds: 4,
          directory_ok: 1,
        }
      },
    ),
  ]
}
