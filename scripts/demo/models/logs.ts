import { seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

export interface WatchedLog {
  readonly file: string
  readonly rules: readonly string[]
  readonly linesPerSecond: number
  readonly instance?: string
}

export function logParts(host: HostPlan, logs: readonly WatchedLog[]): Part[] {
  return logs.flatMap(({ file, rules, linesPerSecond, instance = '' }) => {
    const lines = counterOf(host, `lines ${file}`, linesPerSecond)
    const probe = instance === '' ? 'log.watch' : 'tomcat.log'
    return [
      part(probe, 'logwatch', { file, rule: '', instance }, (timeMs) => ({
        lag_bytes: 0,
        lines_total: lines(timeMs),
        cut_lines_total: 0,
        lost_files_total: 0,
        events_left_out_total: 0,
      })),
      ...rules.slice(0, 1).map((rule) => {
        const tags = { file, rule, group: 'device', value: 'sda', instance }
        return part('log.watch', 'logwatch_value', tags, () => ({
          matches_total: 1,
          matches_10m: 0,
        }))
      }),
      ...rules.map((rule) => {
        const usual = seedOf(`${host.name} ${file} ${rule}`) % 5
        return part(probe, 'logwatch', { file, rule, instance }, () => ({
          matches_total: usual,
          matches_10m: 0,
          alarm: 0,
        }))
      }),
    ]
  })
}

/** Traps and syslog of the devices come in here. */
export function receiverParts(host: HostPlan): Part[] {
  return ['traps', 'syslog'].map((receiver) => {
    const received = counterOf(host, `${receiver} received`, 0.02)
    return part(`${receiver}.records`, 'log_receiver', { receiver }, (timeMs) => ({
      received_total: received(timeMs),
      unknown_total: 0,
      repeated_total: 0,
      rate_limited_total: 0,
      overflow_total: 0,
      malformed_total: 0,
      refused_total: 0,
      lost_10m: 0,
      waiting: 0,
    }))
  })
}
