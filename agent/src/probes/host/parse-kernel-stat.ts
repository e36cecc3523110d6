import { ByteScanner } from '../../sources/byte-scanner.ts'

/** What /proc/stat says beside processor time; since boot. */
export interface KernelStat {
  readonly interrupts: number | undefined
  readonly contextSwitches: number | undefined
  /** Epoch seconds. */
  readonly bootTime: number | undefined
  readonly processesForked: number | undefined
}

/** Parses /proc/stat (proc(5)), lines intr, ctxt, btime and processes. */
export function parseKernelStat(bytes: Uint8Array): KernelStat {
  const scanner = new ByteScanner(bytes, '/proc/stat')
  let interrupts: number | undefined
  let contextSwitches: number | undefined
  let bootTime: number | undefined
  let processesForked: number | undefined
  while (scanner.nextLine()) {
    if (scanner.take('intr ')) interrupts = scanner.number()
    else if (scanner.take('ctxt ')) contextSwitches = scanner.number()
    else if (scanner.take('btime ')) bootTime = scanner.number()
    else if (scanner.take('processes ')) processesForked = scanner.number()
  }
  return { interrupts, contextSwitches, bootTime, processesForked }
}
