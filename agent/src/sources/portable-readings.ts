import type { FieldValues } from '../probe.ts'

/** Time that processors spent, in any unit that all members share, rising since boot. */
export interface CpuTimes {
  /** `cpu-total`, `cpu0`, … */
  readonly cpu: string
  readonly user: number
  readonly nice: number
  readonly system: number
  readonly idle: number
  readonly iowait: number
  readonly irq: number
  readonly softirq: number
  readonly steal: number
  /** Part of `user`. */
  readonly guest: number
  /** Part of `nice`. */
  readonly guestNice: number
}

/**
 * What systems without /proc (macOS, Windows) give, under the field names of the measurement of that
 * name. A field that the system lacks is left out.
 */
export interface PortableReadings {
  /** The first is `cpu-total`. */
  cpuTimes(): Promise<readonly CpuTimes[]>
  mem(): Promise<FieldValues>
  swap(): Promise<FieldValues>
  system(): Promise<FieldValues>
  processes(): Promise<FieldValues>
  disk(): Promise<readonly PortableFileSystem[]>
  net(): Promise<readonly PortableInterface[]>
}

export interface PortableFileSystem {
  readonly path: string
  readonly device: string
  readonly fstype: string
  readonly mode?: 'rw' | 'ro'
  readonly fields: FieldValues
}

export interface PortableInterface {
  readonly name: string
  readonly fields: FieldValues
}
