import { seedOf } from '../noise.ts'
import { part, type Part } from '../part.ts'
import { counterOf, GIB } from './host-life.ts'
import type { HostPlan } from './host-plan.ts'

/** The ways from a host through the FC switch to the array: its two FC ports, and the devices that both lead to. */
export function storagePathParts(
  host: HostPlan,
  devices: readonly string[],
  isCut: (timeMs: number) => boolean,
): Part[] {
  return [
    ...[0, 1].map((number) => fcHostPart(host, number, number === 1 ? isCut : () => false)),
    ...devices.map((name, at) => {
      const device = `dm-${at + 4}`
      return part('storage.multipath', 'multipath', { device, name }, (timeMs) => {
        const lost = isCut(timeMs) ? 2 : 0
        return {
          paths: 4 - lost,
          paths_active: 4 - lost,
          paths_failed: 0,
          paths_lost: lost,
          queueing: 0,
          size_bytes: 2_048 * GIB,
        }
      })
    }),
    part(
      'storage.raid',
      'raid',
      { controller: 'c0', array: 'vd0', type: 'array', model: 'DEMO RAID-8i' },
      () => ({
        state: 0,
        disks_active: 2,
        disks_failed: 0,
        disks_rebuilding: 0,
        disks_unknown: 0,
      }),
    ),
    part(
      'storage.raid',
      'raid',
      { controller: 'c0', array: '', type: 'controller', model: 'DEMO RAID-8i' },
      () => ({
        state: 0,
        disks_active: 2,
        disks_failed: 0,
        bbu_ok: 1,
        media_errors: 0,
        predictive_failures: 0,
      }),
    ),
  ]
}

function fcHostPart(host: HostPlan, number: number, isCut: (timeMs: number) => boolean): Part {
  const serial = (seedOf(`${host.name} ${number}`) >>> 0).toString(16).padStart(8, '0')
  const words = counterOf(host, `fc words ${number}`, 9e6)
  return part(
    'storage.fc-host',
    'fc_host',
    { hba: `host${number + 1}`, wwpn: `10000090${serial}` },
    (timeMs) => ({
      port_state: isCut(timeMs) ? 3 : 1,
      left_online: isCut(timeMs) ? 1 : 0,
      speed_gbit: 16,
      link_failure_total: isCut(timeMs) ? 1 : 0,
      loss_of_signal_total: isCut(timeMs) ? 1 : 0,
      loss_of_sync_total: isCut(timeMs) ? 1 : 0,
      invalid_crc_total: 0,
      invalid_tx_words_total: 4,
      error_frames_total: 0,
      rx_words_total: words(timeMs),
      tx_words_total: Math.floor(words(timeMs) * 0.4),
      errors_1h: 0,
    }),
  )
}
