import { ByteScanner } from '../../sources/byte-scanner.ts'
import type { CpuTimes } from '../../sources/portable-readings.ts'

/**
 * Parses the `cpu` lines of /proc/stat (proc(5)): clock ticks since boot. The first is `cpu-total`.
 * Kernels before 2.6.33 have fewer columns; those count as 0.
 * @param perCore false: only the first line is looked at
 */
export function parseCpuTimes(bytes: Uint8Array, perCore: boolean): CpuTimes[] {
  const scanner = new ByteScanner(bytes, '/proc/stat')
  const cpus: CpuTimes[] = []
  while (scanner.nextLine() && scanner.take('cpu')) {
    const name = cpus.length === 0 ? 'cpu-total' : `cpu${scanner.number()}`
    cpus.push({
      cpu: name,
      user: scanner.number(),
      nice: scanner.number(),
      system: scanner.number(),
      idle: scanner.number(),
      iowait: scanner.numberIfAny() ?? 0,
      irq: scanner.numberIfAny() ?? 0,
      softirq: scanner.numberIfAny() ?? 0,
      steal: scanner.numberIfAny() ?? 0,
      guest: scanner.numberIfAny() ?? 0,
      guestNice: scanner.numberIfAny() ?? 0,
    })
    if (!perCore) break
  }
  if (cpus.length === 0)
    throw scanner.problem({ zh: '应有 cpu 行', en: 'the line `cpu` was expected' })
  return cpus
}
