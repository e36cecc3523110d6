import type { CommandRunner } from '../commands.ts'
import type { HostFiles } from '../host-files.ts'
import type { DiskMemory } from './disk-memory.ts'
import type { KeptNumbers } from './kept-numbers.ts'
import type { ProgramRunner } from './privileged-programs.ts'
import type { SlowFiles } from './slow-files.ts'

/** What the probes of local storage read through. */
export interface StorageSession {
  /** Files of /sys. */
  readonly files: HostFiles
  /** Files of /sys that a driver may take long to answer. */
  readonly slowFiles: SlowFiles
  /** Programs that need root: started directly by an agent that runs as root, else by the privileged helper. */
  readonly programs: ProgramRunner
  /** Programs that need no root. */
  readonly commands: CommandRunner
  /** Disks that are not to be asked: names of devices and serial numbers. */
  readonly excluded: ReadonlySet<string>
  /** Paths that each multipath device should have, where the site says so. */
  readonly expectedPaths: number | undefined
  readonly disks: DiskMemory
  readonly kept: {
    /** Bad sectors when a disk was first seen, by its serial number. */
    readonly sectors: KeptNumbers
    /** Most paths that a multipath device ever had, by its WWID. */
    readonly paths: KeptNumbers
    /** 1 for each FC port that was ever online, by its WWPN. */
    readonly ports: KeptNumbers
  }
}
