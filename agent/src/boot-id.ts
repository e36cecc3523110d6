import { readFileSync } from 'node:fs'
import type { Clocks } from './clocks.ts'

/**
 * Names this boot of the machine: times since boot can be compared where it is the same. Elsewhere than on Linux the minute of the boot, which a
 * stepped clock changes; ages are then taken from the wall clock, as across a reboot.
 */
export function readBootId(clocks: Clocks): string {
  if (process.platform === 'linux') {
    try {
      return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    } catch {
      // hidden in some containers: the minute of the boot tells it as well
    }
  }
  return `boot-${Math.round((clocks.nowMs() - clocks.sinceBootMs()) / 60_000)}`
}
