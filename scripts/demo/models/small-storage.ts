import { drift, seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { GIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

/** A software RAID, a ZFS pool with a disk's single values, and a peer of NTP: what a small host has in the place of an array and chrony. */
export function smallStorageParts(host: HostPlan, poolUsed: (timeMs: number) => number): Part[] {
  const seed = seedOf(`small ${host.name}`)
  const size = 2_000 * GIB
  return [
    part('host.mdstat', 'mdstat', { Name: 'md0', ActivityState: 'active' }, () => ({
      DisksTotal: 2,
      DisksActive: 2,
      DisksFailed: 0,
      DisksSpare: 0,
      DisksDown: 0,
      BlocksSyncedPct: 100,
    })),
    part('storage.zfs', 'zfs_pool', { pool: 'archive' }, (timeMs) => {
      const allocated = size * poolUsed(timeMs)
      return {
        state: 0,
        size,
        allocated,
        free: size - allocated,
        fragmentation: 11,
        capacity: (allocated / size) * 100,
        read_errors: 0,
        write_errors: 0,
        checksum_errors: 0,
        devices_failed: 0,
        data_errors: 0,
      }
    }),
    part(
      'host.ntpq',
      'ntpq',
      { remote: '192.0.2.53', refid: '.GPS.', state_prefix: '*', type: 'u', stratum: '1' },
      (timeMs) => {
        const offset = 0.6 * drift(seed, timeMs)
        return {
          delay: 0.5,
          jitter: 0.1,
          offset,
          offset_abs: Math.abs(offset),
          poll: 64,
          reach: 255,
          when: 31,
          selected: 1,
        }
      },
    ),
    ...(
      [
        ['5', 'Reallocated_Sector_Ct', 0],
        ['194', 'Temperature_Celsius', 33],
        ['197', 'Current_Pending_Sector', 0],
      ] as const
    ).map(([id, name, raw]) =>
      part(
        'storage.smart',
        'smart_attribute',
        { serial_no: `${host.name}-S1`, id, name, device: 'sda' },
        () => ({
          value: 100,
          worst: 99,
          threshold: 10,
          raw_value: raw,
        }),
      ),
    ),
    part('agent.self', 'agent_drop', { reason: 'outbox_full' }, () => ({ samples_total: 0 })),
  ]
}
